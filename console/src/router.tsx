/** Which page is at which address. Pages that are not the first are loaded when somebody goes there. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";

import { Shell } from "./shell";

const root = createRootRoute({ component: Shell });

const queues = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/queues"), "Queues"),
});

const review = createRoute({
  getParentRoute: () => root,
  path: "/review/$queue",
  component: lazyRouteComponent(() => import("./pages/review"), "Review"),
});

export const router = createRouter({ routeTree: root.addChildren([queues, review]), basepath: "/console" });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
