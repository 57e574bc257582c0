/** Which page is at which address. Pages that are not the first are loaded when somebody goes there. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";

import { Shell } from "./shell";

const root = createRootRoute({ component: Shell });

const overview = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/overview"), "Overview"),
});

const cases = createRoute({
  getParentRoute: () => root,
  path: "/cases",
  component: lazyRouteComponent(() => import("./pages/cases"), "Cases"),
});

const oneCase = createRoute({
  getParentRoute: () => root,
  path: "/cases/$id",
  component: lazyRouteComponent(() => import("./pages/cases"), "OneCase"),
});

const appeals = createRoute({
  getParentRoute: () => root,
  path: "/appeals",
  component: lazyRouteComponent(() => import("./pages/appeals"), "Appeals"),
});

const queues = createRoute({
  getParentRoute: () => root,
  path: "/queues",
  component: lazyRouteComponent(() => import("./pages/queues"), "Queues"),
});

const review = createRoute({
  getParentRoute: () => root,
  path: "/review/$queue",
  component: lazyRouteComponent(() => import("./pages/review"), "Review"),
});

export const router = createRouter({ routeTree: root.addChildren([overview, queues, review, cases, oneCase, appeals]), basepath: "/console" });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
