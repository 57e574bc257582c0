/** Which page is at which address. Pages that are not the first are loaded when somebody goes there. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";

import { Shell } from "./shell";

const root = createRootRoute({ component: Shell });

type Load = Parameters<typeof lazyRouteComponent>[0];

const page = (path: string, load: Load, name: string) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, name as never) });

const listings = () => import("./pages/listings");
const settings = () => import("./pages/settings");

const pages = [
  page("/", () => import("./pages/overview"), "Overview"),
  page("/queues", () => import("./pages/queues"), "Queues"),
  page("/review/$queue", () => import("./pages/review"), "Review"),
  page("/listings", listings, "Listings"),
  page("/listings/$marketplace/$seller_id/$listing_id", listings, "OneListing"),
  page("/sellers", () => import("./pages/sellers"), "Sellers"),
  page("/sellers/$marketplace/$seller_id", () => import("./pages/seller"), "OneSeller"),
  page("/cases", () => import("./pages/cases"), "Cases"),
  page("/cases/$id", () => import("./pages/case"), "OneCase"),
  page("/enforcement", () => import("./pages/enforcement"), "Enforcement"),
  page("/appeals", () => import("./pages/appeals"), "Appeals"),
  page("/proof", () => import("./pages/proof"), "Proof"),
  page("/rules", () => import("./pages/rules"), "Rules"),
  page("/knowledge", () => import("./pages/knowledge"), "Knowledge"),
  page("/banks", () => import("./pages/banks"), "Banks"),
  page("/audit", () => import("./pages/audit"), "Audit"),
  page("/settings", settings, "Settings"),
];

export const router = createRouter({ routeTree: root.addChildren(pages), basepath: "/console", defaultPreload: "intent" });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
