"""The lower part of the picture embedding, for what is small on a picture: logos.

The last layers of the network say what a picture as a whole is about; layers before them still see shapes and letters.
Two of these are given, and the picture may have any size, so that one run serves every window of it.
"""

import onnx
from onnx import TensorProto, helper

# Activations of the depthwise convolutions of two blocks: one number a channel and cell, a cell is this many pixels.
MAPS = [("fine", "_blocks.9._depthwise_conv.act", 16), ("coarse", "_blocks.11._depthwise_conv.act", 32)]
CHANNELS = 672


def region_model(embedding: onnx.ModelProto) -> onnx.ModelProto:
    """`picture` [n, 3, height, width], sides multiples of 32, to `fine` and `coarse` [n, 672, height / s, width / s]."""
    last = MAPS[-1][1]
    nodes, weights = [], set()
    for node in embedding.graph.node:
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        nodes.append(copy)
        weights.update(node.input)
        if node.output[0] == last:
            break
    for node in nodes:
        if node.op_type == "Conv":
            # Fixed numbers of pixels were right for one size; sizes that are multiples of 32 are padded as that was.
            kept = [attribute for attribute in node.attribute if attribute.name != "pads"]
            del node.attribute[:]
            node.attribute.extend(kept)
            node.attribute.append(helper.make_attribute("auto_pad", "SAME_UPPER"))
    outputs = []
    for name, source, _stride in MAPS:
        nodes.append(helper.make_node("Identity", [source], [name], name=name))
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", CHANNELS, None, None]))
    graph = helper.make_graph(
        nodes,
        "efficientnet_lite0_regions",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["n", 3, "height", "width"])],
        outputs,
        [weight for weight in embedding.graph.initializer if weight.name in weights],
    )
    model = helper.make_model(
        graph, producer_name="touchstone", ir_version=8, opset_imports=list(embedding.opset_import)
    )
    onnx.checker.check_model(model, full_check=True)
    return model
