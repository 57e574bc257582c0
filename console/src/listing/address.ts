/** Where the page of a listing is. */
import { inPath } from "../api/client";

interface Named {
  marketplace: string;
  seller_id: string;
  listing_id: string;
}

export const addressOf = (one: Named): string => `/listings/${[inPath(one.marketplace), one.seller_id || "-", one.listing_id].map(encodeURIComponent).join("/")}`;
