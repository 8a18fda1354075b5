/** Tokens by day. Counts of different trust are told apart by their pattern, not by colour alone. */
import { formatCount } from "../parts/format.ts";
import { type DayTokens, layOut, type Source, SOURCES } from "./chart_scale.ts";

const SIZE = { width: 640, height: 150 };
/** Room for the words at the left and below. */
const LEFT = 46;
const BELOW = 20;

export const sourceNames: Record<Source, string> = {
  reported: "reported by the server",
  estimated: "estimated",
  partial: "turns that broke off",
};

export function UsageChart({ days }: { days: readonly DayTokens[] }) {
  const { bars, lines } = layOut(days, SIZE);
  const step = SIZE.width / Math.max(1, days.length);
  return (
    <figure class="chart">
      <svg
        viewBox={`0 0 ${LEFT + SIZE.width} ${SIZE.height + BELOW + 8}`}
        role="img"
        aria-label="Tokens by day; the same numbers stand in the table"
      >
        <defs>
          <pattern id="estimated" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="5" height="5" class="bar-ground" />
            <rect width="2.5" height="5" class="bar-hatch" />
          </pattern>
        </defs>
        <g transform={`translate(${LEFT} 8)`}>
          {lines.map(({ value, y }) => (
            <g key={value}>
              <line x1="0" x2={SIZE.width} y1={y} y2={y} class="chart-line" />
              <text x="-8" y={y + 4} text-anchor="end">{formatCount(value)}</text>
            </g>
          ))}
          {bars.map(({ day, source, x, y, width, height }) => (
            <rect key={`${day} ${source}`} class={`bar bar-${source}`} {...{ x, y, width, height }}>
              <title>{`${day}, ${sourceNames[source]}`}</title>
            </rect>
          ))}
          {days.map(({ day }, i) =>
            i % 7 === 0
              ? <text key={day} x={(i + 0.5) * step} y={SIZE.height + 16} text-anchor="middle">{day.slice(5)}</text>
              : null
          )}
        </g>
      </svg>
      <figcaption>
        {SOURCES.map((source) => (
          <span key={source}>
            <i class={`key key-${source}`} /> {sourceNames[source]}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
