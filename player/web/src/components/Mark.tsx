//! The product's mark: something small, held.

export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg aria-hidden="true" focusable="false" width={size} height={size} viewBox="0 0 32 32" fill="none">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <g stroke="var(--accent-ink)" strokeWidth="2.4" strokeLinecap="round">
        <circle cx="16" cy="12.5" r="4.5" />
        <path d="M6.5 15.5c1.2 6 5 9.3 9.5 9.3s8.3-3.3 9.5-9.3" />
      </g>
    </svg>
  );
}
