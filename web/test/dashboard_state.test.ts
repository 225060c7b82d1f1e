// A page's state is a snapshot and the events since: whatever happens to events on their way, it ends the same.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createFrameStore } from "../dashboard/state/frame_store.ts";
import { EMPTY_SESSION_STATE, isTrialMissing, reduceSession, type SessionAction, type SessionState } from "../dashboard/state/session_state.ts";
import { countSessions, EMPTY_STUDY_STATE, newestFirst, reduceStudy, type StudyAction, type StudyState } from "../dashboard/state/study_state.ts";
import type { Live, Session, Study, Trial } from "../dashboard/types.ts";

function session(number: number, responseCount: number, more: Partial<Session> = {}): Session {
  return {
    session_id: `s-${number}`, number, state: "active", end_reason: null, is_pilot: false, stage: "trials", condition_number: number, trial_count: 120,
    response_count: responseCount, correct_count: Math.floor(responseCount / 2), scored_count: responseCount, started_at_ms: 1000,
    last_seen_at_ms: 1000 + responseCount, pay_minor: 200 + responseCount, currency: "GBP", leading: null, recent: "", is_included: null, ...more,
  };
}

function trial(index: number, more: Partial<Trial> = {}): Trial {
  return {
    trial_index: index, response: index % 2 === 0 ? 1 : 0, is_correct: true, is_tie: false, rt_ms: 500 + index, stimuli: [`sha-${index}`],
    category: "julty", prob: [0.6, 0.4], log_evidence: [Math.log(0.6) * (index + 1), Math.log(0.4) * (index + 1)], posterior: [0.7, 0.3], ...more,
  };
}

const STUDY: Study = {
  slug: "demo", title: "Demo", task: "category", state: "open", is_pilot: false, is_blind: false, is_imported: false, retention: { until_ms: null, is_near: false }, trial_count: 120, condition_count: 2, sessions_per_condition: 1,
  session_counts: { active: 2, finished: 0, left: 0 }, participant_path: "/s/demo", models: [], value_tables: { planned: 10, ready: 1, failed: 0, left_s: null },
};

function live(trialCount: number): Live {
  const model = { family: "f", learner: "logistic_ridge", looks_ahead: false, kind: "main" as const, is_ready: true, accuracy: null, agreement: null, r2_online: trialCount / 100, beta: { mean: 1, low: 0.5, high: 2 } };
  return {
    session: session(1, trialCount), study: { slug: "demo", title: "Demo", task: "category" },
    models: [{ representation: "task", ...model }, { representation: "words", ...model }],
    trials: Array.from({ length: trialCount }, (_, i) => trial(i)),
  };
}

function trialEvent(id: number | string, index: number, more: Partial<Trial> = {}): SessionAction {
  const numbers = { r2_online: (index + 1) / 100, beta: { mean: 1, low: 0.5, high: 2 }, accuracy: null, agreement: null };
  return { kind: "trial", id: String(id), data: { session: session(1, index + 1), trial: trial(index, more), models: [numbers, numbers] } };
}

function play(actions: SessionAction[]): SessionState {
  return actions.reduce(reduceSession, EMPTY_SESSION_STATE);
}

function playStudy(actions: StudyAction[]): StudyState {
  return actions.reduce(reduceStudy, EMPTY_STUDY_STATE);
}

/** What pages show of a state; where it came from is not shown. */
function shown(state: StudyState) {
  return { study: state.study, sessions: newestFirst(state.sessions.values()) };
}

describe("a participant's state", () => {
  const start: SessionAction = { kind: "snapshot", id: "10", data: live(2) };
  const complete = play([start, trialEvent(11, 2), trialEvent(12, 3), trialEvent(13, 4)]);
  const seen = (id: number, more: Partial<Session>): SessionAction => ({ kind: "session", id: String(id), data: session(1, 5, more) });

  it("knows what a person does beside the trials, whenever it is told", () => {
    const finished = { stage: "finished", state: "finished" } as const;
    const all = [seen(14, { stage: "questionnaire" }), seen(15, finished)];
    const told = all.reduce(reduceSession, complete);
    assert.equal(told.live?.session.stage, "finished");
    assert.deepEqual([...all].reverse().reduce(reduceSession, complete), told);
    assert.deepEqual([...all, ...all, trialEvent(13, 4)].reduce(reduceSession, complete), told);
    // A trial that comes late brings its numbers, and no older session.
    const late = play([start, trialEvent(11, 2), trialEvent(12, 3), seen(15, finished), trialEvent(13, 4)]);
    assert.deepEqual(late, told);
    assert.deepEqual(play([seen(15, finished)]), EMPTY_SESSION_STATE);
  });

  it("after a snapshot and its events equals the snapshot taken later", () => {
    assert.deepEqual(complete.live, live(5));
  });
  it("is not changed by repeated events", () => {
    assert.deepEqual(play([start, trialEvent(11, 2), trialEvent(11, 2), trialEvent(12, 3), trialEvent(13, 4), trialEvent(12, 3), trialEvent(13, 4)]), complete);
  });
  it("is the same when events come late or in any order", () => {
    assert.deepEqual(play([start, trialEvent(13, 4), trialEvent(11, 2), trialEvent(12, 3)]), complete);
    assert.deepEqual(play([start, trialEvent(12, 3), trialEvent(13, 4), trialEvent(11, 2)]), complete);
  });
  it("is the same when events that the snapshot holds already arrive after it", () => {
    assert.deepEqual(play([start, trialEvent(9, 0), trialEvent(10, 1), trialEvent(11, 2), trialEvent(12, 3), trialEvent(13, 4)]), complete);
  });
  it("says that a trial is missing after a dropped event, and is whole again after the new snapshot", () => {
    const broken = play([start, trialEvent(12, 3)]);
    assert.ok(broken.live !== null && isTrialMissing(broken.live));
    const healed = [{ kind: "snapshot", id: "12", data: live(4) } as const, trialEvent(13, 4)].reduce(reduceSession, broken);
    assert.deepEqual(healed, complete);
    assert.ok(healed.live !== null && !isTrialMissing(healed.live));
  });
  it("is the same without ids that order", () => {
    const plain: SessionAction = { kind: "snapshot", id: "", data: live(2) };
    const orders = [[2, 3, 4], [4, 3, 2], [2, 4, 3, 3, 2]];
    for (const order of orders) assert.deepEqual(play([plain, ...order.map((index) => trialEvent("", index))]).live, complete.live);
  });
  it("takes the probabilities of a value table that came late, whichever event arrives first", () => {
    const before = trialEvent(11, 2, { prob: [0.6, null], log_evidence: [-1, null], posterior: [1, null] });
    const after = trialEvent(14, 2);
    const expected = trial(2);
    assert.deepEqual(play([start, before, after]).live?.trials[2], expected);
    assert.deepEqual(play([start, after, before]).live?.trials[2], expected);
  });
  it("ignores events before the first snapshot, which holds them", () => {
    assert.deepEqual(play([trialEvent(9, 1), start]), play([start]));
  });
  it("is replaced by a snapshot from a restarted server whose ids begin anew", () => {
    const restarted = play([start, trialEvent(11, 2), { kind: "snapshot", id: "1", data: live(3) }, trialEvent(2, 3)]);
    assert.deepEqual(restarted.live, live(4));
  });
  it("sorts a snapshot's trials and does not change the snapshot", () => {
    const data = live(3);
    data.trials.reverse();
    const before = structuredClone(data);
    assert.deepEqual(play([{ kind: "snapshot", id: "1", data }]).live, live(3));
    assert.deepEqual(data, before);
  });
});

describe("a study's state", () => {
  const start: StudyAction = { kind: "snapshot", id: "10", data: { study: STUDY, sessions: [session(1, 4), session(2, 7)] } };
  const COUNTS = { active: 2, finished: 0, left: 0 };
  const of = (id: number | string, ...sessions: Session[]): StudyAction => ({ kind: "sessions", id: String(id), data: { sessions, deleted: [], session_counts: COUNTS } });
  const events = [of(11, session(1, 5)), of(12, session(2, 8)), of(13, session(1, 6)), of(14, session(3, 0))];
  const tables = (id: number, ready: number): StudyAction => ({ kind: "value_tables", id: String(id), data: { planned: 10, ready, failed: 0, left_s: null } });
  const complete = shown(playStudy([start, ...events, tables(15, 2), tables(16, 3)]));

  it("holds every session's newest numbers, newest participant first", () => {
    assert.deepEqual(complete.sessions.map((each) => [each.number, each.response_count]), [[3, 0], [2, 8], [1, 6]]);
    assert.equal(complete.study?.value_tables.ready, 3);
  });
  it("is the same when events are repeated or come in any order", () => {
    const all = [...events, tables(15, 2), tables(16, 3)];
    assert.deepEqual(shown(playStudy([start, ...all, ...all])), complete);
    assert.deepEqual(shown(playStudy([start, ...[...all].reverse()])), complete);
  });
  it("is the same when an event was dropped and a later one of that session arrived", () => {
    assert.deepEqual(shown(playStudy([start, ...events.slice(1), tables(16, 3)])), complete);
  });
  it("keeps a late event of one session although another session's newer event came before", () => {
    const state = playStudy([start, of(20, session(2, 9)), of(19, session(1, 5))]);
    assert.equal(state.sessions.get("s-1")?.response_count, 5);
  });
  it("without ids that order lets no session lose responses or be seen earlier", () => {
    const plain: StudyAction = { ...start, id: "" } as StudyAction;
    const state = playStudy([plain, of("", session(1, 6)), of("", session(1, 5)), of("", session(2, 7, { last_seen_at_ms: 1 }))]);
    assert.equal(state.sessions.get("s-1")?.response_count, 6);
    assert.equal(state.sessions.get("s-2")?.last_seen_at_ms, 1007);
  });
  it("takes several sessions of one event, and the counts of the newest", () => {
    const state = playStudy([
      start, { kind: "sessions", id: "12", data: { sessions: [session(2, 9), session(3, 1)], deleted: [], session_counts: { active: 3, finished: 4, left: 5 } } }, of(11, session(1, 5), session(2, 8)),
    ]);
    assert.deepEqual([1, 2, 3].map((number) => state.sessions.get(`s-${number}`)?.response_count), [5, 9, 1]);
    assert.deepEqual(state.study?.session_counts, { active: 3, finished: 4, left: 5 });
  });
  it("loses who asked for deletion, whatever comes late of them", () => {
    const gone: StudyAction = { kind: "sessions", id: "15", data: { sessions: [], deleted: ["s-1"], session_counts: { active: 1, finished: 0, left: 0 } } };
    const expected = [...complete.sessions].filter(({ number }) => number !== 1);
    for (const order of [[...events, gone], [gone, ...events], [...events, gone, ...events], [...events, gone, of("", session(1, 99))]]) {
      const state = playStudy([start, ...order]);
      assert.deepEqual(newestFirst(state.sessions.values()), expected);
    }
    const late = playStudy([start, gone, { kind: "snapshot", id: "14", data: { study: STUDY, sessions: [session(1, 4), session(2, 7)] } }]);
    assert.deepEqual([...late.sessions.keys()], ["s-2"]);
    assert.equal(playStudy([start, ...events, gone]).study?.session_counts.active, 1);
  });
  it("holds the newest thousand", () => {
    const state = playStudy([start, of(11, ...Array.from({ length: 1100 }, (_, at) => session(at + 1, 1)))]);
    assert.equal(state.sessions.size, 1000);
    assert.ok(state.sources.size <= 1000 + 2, `${state.sources.size} sources are kept`);
    assert.deepEqual([state.sessions.has("s-100"), state.sessions.has("s-101"), state.sessions.has("s-1100")], [false, true, true]);
  });
  it("forgets with a new snapshot whatever that does not hold", () => {
    const state = playStudy([start, of(11, session(3, 1)), { kind: "snapshot", id: "2", data: { study: STUDY, sessions: [session(1, 4)] } }]);
    assert.deepEqual([...state.sessions.keys()], ["s-1"]);
  });
  it("counts sessions by their state", () => {
    assert.deepEqual(countSessions([session(1, 1), session(2, 1, { state: "left" }), session(3, 1, { state: "finished" }), session(4, 0)]), {
      active: 2, finished: 1, left: 1,
    });
  });
});

describe("the frame store", () => {
  function withFrames() {
    const frames: (() => void)[] = [];
    const store = createFrameStore((sum: number, add: number) => sum + add, 0, (redraw) => frames.push(redraw));
    return { store, frames };
  }

  it("redraws once for any number of events within a frame, with the last state", () => {
    const { store, frames } = withFrames();
    const drawn: number[] = [];
    store.subscribe(() => drawn.push(store.state()));
    store.dispatch(1);
    store.dispatch(2);
    store.dispatch(3);
    assert.equal(frames.length, 1);
    frames.shift()?.();
    store.dispatch(4);
    assert.equal(frames.length, 1);
    frames.shift()?.();
    assert.deepEqual(drawn, [6, 10]);
  });
  it("asks for no frame when an event changed nothing, and tells nobody who has left", () => {
    const { store, frames } = withFrames();
    const drawn: number[] = [];
    const stop = store.subscribe(() => drawn.push(store.state()));
    store.dispatch(0);
    assert.equal(frames.length, 0);
    store.dispatch(1);
    stop();
    frames.shift()?.();
    assert.deepEqual(drawn, []);
  });
});
