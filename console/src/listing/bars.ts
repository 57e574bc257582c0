/** Where the bars of a score stand, in percent of the width; the longest reaches the rim. */
export interface Share {
  signal: string;
  /** Log-odds. */
  share: number;
}

export interface Bar extends Share {
  left: number;
  width: number;
}

export function bars(shares: readonly Share[]): Bar[] {
  const longest = Math.max(1e-9, ...shares.map(({ share }) => Math.abs(share)));
  const sorted = shares.filter(({ share }) => share !== 0).sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
  return sorted.map(({ signal, share }) => {
    const width = (48 * Math.abs(share)) / longest;
    return { signal, share, width, left: share > 0 ? 50 : 50 - width };
  });
}
