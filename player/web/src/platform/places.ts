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

/** A tenant's name, for lists that know its id; the id where the name can't be had. */
export function useTenantName(): (tenant: string) => string {
  const { data, isPending } = useTenants();
  return (tenant) => data?.find((one) => one.tenant === tenant)?.name ?? (isPending ? "" : tenant);
}
