/** Who is here, and what they may do. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import { api, Refused, remember, type Schemas, told } from "./client";

const ME = ["me"];

/** The person of the session; null if nobody is logged in. */
export function useMe() {
  return useQuery({
    queryKey: ME,
    staleTime: 60_000,
    queryFn: async (): Promise<Schemas["Me"] | null> => {
      try {
        const me = told(await api.GET("/v1/me"));
        remember(me);
        return me;
      } catch (error) {
        if (error instanceof Refused && error.status === 401) return null;
        throw error;
      }
    },
  });
}

/** Whether the person may do this to something. Only for what is shown: the server decides. */
export type May = (action: string, resource: string) => boolean;

export function useMay(): May {
  const { data } = useMe();
  return useCallback((action, resource) => mayOf(data?.rights ?? [], action, resource), [data]);
}

export function mayOf(rights: readonly Schemas["Right"][], action: string, resource: string): boolean {
  return rights.some((right) => right.action === action && right.resource === resource && right.reach.length > 0);
}

export function useLogin() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (login: Schemas["Login"]) => told(await api.POST("/v1/login", { body: login })),
    onSuccess: (me) => {
      remember(me);
      client.setQueryData(ME, me);
    },
  });
}

export function useLogout() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      await api.POST("/v1/logout");
    },
    onSettled: () => {
      remember(undefined);
      client.clear();
    },
  });
}
