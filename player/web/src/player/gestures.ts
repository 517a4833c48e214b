//! Wheel, drag and pinch on a picture.

import { type PointerEvent, type RefObject, useEffect, useRef } from "react";
import type { Painter } from "./painter";

/** Enlarging by a notch of a usual mouse wheel. */
const PER_PIXEL = 1.0015;

interface Spot {
  x: number;
  y: number;
}

const middle = (a: Spot, b: Spot): Spot => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const distance = (a: Spot, b: Spot) => Math.hypot(a.x - b.x, a.y - b.y);

/**
 * The wheel enlarges with Ctrl, while the picture is enlarged, or after a click into it until the pointer leaves: a wheel that
 * only passes by scrolls the page.
 */
export function useGestures(painter: Painter, canvas: RefObject<HTMLCanvasElement | null>) {
  const pointers = useRef(new Map<number, Spot>());
  const engaged = useRef(false);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const wheel = (event: WheelEvent) => {
      const full = document.fullscreenElement !== null;
      if (!event.ctrlKey && !painter.moved && !engaged.current && !full) return;
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * 33;
      painter.zoomAt(PER_PIXEL ** -pixels, spotOf(element, event));
    };
    // React's own listeners are passive and could not keep the page from scrolling.
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, [painter, canvas]);

  return {
    onPointerDown(event: PointerEvent<HTMLCanvasElement>) {
      if (event.button !== 0) return;
      engaged.current = true;
      event.currentTarget.setPointerCapture(event.pointerId);
      pointers.current.set(event.pointerId, spotOf(event.currentTarget, event));
    },
    onPointerMove(event: PointerEvent<HTMLCanvasElement>) {
      const before = pointers.current.get(event.pointerId);
      if (before === undefined) return;
      const now = spotOf(event.currentTarget, event);
      const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
      pointers.current.set(event.pointerId, now);
      if (other === undefined) {
        painter.pan({ x: now.x - before.x, y: now.y - before.y });
        return;
      }
      const spread = distance(before, other);
      if (spread > 0) painter.zoomAt(distance(now, other) / spread, middle(now, other));
      const from = middle(before, other);
      const to = middle(now, other);
      painter.pan({ x: to.x - from.x, y: to.y - from.y });
    },
    onPointerUp(event: PointerEvent<HTMLCanvasElement>) {
      pointers.current.delete(event.pointerId);
    },
    onPointerCancel(event: PointerEvent<HTMLCanvasElement>) {
      pointers.current.delete(event.pointerId);
    },
    onPointerLeave() {
      engaged.current = false;
    },
  };
}

function spotOf(element: Element, event: { clientX: number; clientY: number }): Spot {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
