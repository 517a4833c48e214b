//! A request that changes something: one at a time, and what became of it.

import { useState } from "react";
import type { Answer, Problem } from "../api/problem";
import { useLoginEnds } from "./login";

export interface Act {
  working: boolean;
  /** Why the last one was refused. */
  problem: Problem | null;
  /** Null: nothing was asked, for one is under way, or the login is over. */
  act<T>(call: () => Promise<Answer<T>>): Promise<Answer<T> | null>;
}

export function useAct(): Act {
  const loginEnds = useLoginEnds();
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  return {
    working,
    problem,
    async act(call) {
      if (working) return null;
      setWorking(true);
      setProblem(null);
      const answer = await call();
      setWorking(false);
      if (answer.ok) return answer;
      if (answer.problem.kind === "login-required") {
        loginEnds();
        return null;
      }
      setProblem(answer.problem);
      return answer;
    },
  };
}
