//! Tenants and devices, for filters.

import { useQuery } from "@tanstack/react-query";
import { orThrow } from "../api/problem";
import { listDevices, listTenants } from "../api/sessions";
import { keys } from "./queries";

const MINUTE_MS = 60_000;

export function useTenants() {
  return useQuery({
    queryKey: keys.tenants,
    queryFn: async ({ signal }) => orThrow(await listTenants(signal)),
    staleTime: 5 * MINUTE_MS,
  });
}

export function useDevices(tenant: string | null) {
  return useQuery({
    queryKey: keys.devices(tenant),
    queryFn: async ({ signal }) => orThrow(await listDevices(tenant, signal)),
    staleTime: MINUTE_MS,
  });
}
