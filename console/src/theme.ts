/** How it looks: the kit's own, but dark enough to read on light and light enough to read on dark (WCAG 2.2 AA). */
import { createTheme, type CSSVariablesResolver, Table } from "@mantine/core";

/** Filled buttons bear white text in both shades. */
export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: 9,
  defaultRadius: "md",
  cursorType: "pointer",
  // A table that is too wide can be scrolled from the keyboard.
  components: { TableScrollContainer: Table.ScrollContainer.extend({ defaultProps: { type: "native", tabIndex: 0 } }) },
});

/** The kit's greys for what is said aside, and its light chips, miss 4.5 : 1. */
export const variables: CSSVariablesResolver = ({ colors }) => {
  const shade = (color: string, at: number) => colors[color]?.[at] ?? "";
  const chips = (at: number) => Object.fromEntries(["red", "orange", "teal", "blue", "gray"].map((color) => [`--mantine-color-${color}-light-color`, shade(color, at)]));
  // What the pointer is over gets darker, not lighter: white text on it stays readable.
  const hovered = { "--mantine-color-teal-filled-hover": "#066649", "--mantine-color-red-filled-hover": "#a61e1e" };
  return {
    variables: {},
    light: {
      ...hovered,
      "--mantine-color-dimmed": shade("gray", 7),
      "--mantine-color-placeholder": shade("gray", 6),
      "--mantine-color-anchor": shade("teal", 9),
      ...chips(9),
      // Even the darkest teal and orange of the kit are too light on their own light ground.
      "--mantine-color-teal-light-color": "#065f46",
      "--mantine-color-orange-light-color": "#a03d00",
      "--mantine-color-orange-text": "#a03d00",
    },
    dark: { ...hovered, "--mantine-color-dimmed": shade("dark", 1), "--mantine-color-placeholder": shade("dark", 2), ...chips(2) },
  };
};
