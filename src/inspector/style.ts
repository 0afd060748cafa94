/** What the inspector looks like. It has a shadow tree of its own: no rule of the page applies. */
export const css = `
:host { --ink: #1d2330; --soft: #596275; --paper: #fff; --line: #d4d9e3; --blue: #2856c5; --red: #b3261e;
  --green: #17713d; --mark: #eef2fb; position: fixed; inset: auto 12px 12px auto; z-index: 2147483000;
  color: var(--ink); font: 13px/1.45 system-ui, sans-serif; color-scheme: light dark }
:host([inline]) { position: static; display: block }
@media (prefers-color-scheme: dark) { :host { --ink: #e9ecf3; --soft: #a3acbf; --paper: #171b24;
  --line: #394152; --blue: #8fb0ff; --red: #ff9d94; --green: #76d79c; --mark: #222a3a } }
* { box-sizing: border-box }
button, textarea, input, select { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft);
  border-radius: 6px; padding: 3px 9px }
button { cursor: pointer }
.tools button, .tools input { border-color: var(--line) }
button:hover { background: var(--mark) }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 1px }
.badge { display: block; margin-left: auto; border-radius: 99px; padding: 6px 14px; box-shadow: 0 2px 10px #0003 }
.dot { display: inline-block; width: 9px; height: 9px; border-radius: 9px; background: var(--soft); margin-right: 7px }
[data-status='signed-in'] .dot { background: var(--green) }
[data-status='stale'] .dot, [data-status='error'] .dot { background: var(--red) }
.panel { display: flex; flex-direction: column; width: min(760px, calc(100vw - 24px)); max-height: min(680px, calc(100vh - 76px));
  margin-bottom: 8px; background: var(--paper); border: 1px solid var(--line); border-radius: 12px; overflow: hidden;
  box-shadow: 0 10px 40px #0004; container-type: inline-size }
:host([inline]) .panel { width: auto; height: 100%; max-height: none; margin: 0; box-shadow: none }
:host([inline]) .badge { display: none }
[hidden] { display: none !important }
header { padding: 12px 14px; border-bottom: 1px solid var(--line) }
h2 { font-size: 15px; margin: 0 }
p { margin: 2px 0; color: var(--soft); overflow-wrap: anywhere }
progress { width: 100%; height: 7px; accent-color: var(--blue) }
.tools { display: flex; flex-wrap: wrap; gap: 6px; padding: 8px 14px; border-bottom: 1px solid var(--line) }
.tools input { flex: 1 1 90px; min-width: 0 }
.lanes, .row { display: grid; grid-template-columns: repeat(calc(2 * var(--lanes)), minmax(0, 1fr)) }
.lanes { align-items: end; position: sticky; top: 0; z-index: 1; background: var(--paper); hyphens: auto; padding: 8px 0; font-size: 12px; font-weight: 600 }
.lanes span { grid-column: span 2; justify-self: center; text-align: center; overflow-wrap: anywhere; padding: 3px 10px; border: 1px solid var(--line); border-radius: 6px; background: var(--mark) }
@container (max-width: 460px) { .lanes span { padding: 3px 1px; margin: 0 1px; font-size: 11px }
  .tools { gap: 4px } .tools button { padding: 4px 5px; font-size: 11px } }
@container (max-width: 340px) { .lanes span { font-size: 10px } }
.scroll { display: flex; flex-direction: column; flex: 1; overflow: auto; min-height: 90px }
ol { flex: 1 0 auto; list-style: none; counter-reset: step; margin: 0; padding: 6px 0 14px; min-height: 80px;
  background: repeating-linear-gradient(90deg, #0000 0 calc(50% / var(--lanes) - .5px), var(--line) 0 calc(50% / var(--lanes) + .5px),
  #0000 0 calc(100% / var(--lanes))) }
li { counter-increment: step }
.row { width: 100%; border: 0; border-radius: 0; padding: 5px 0 3px; background: none; text-align: center }
.label { grid-column: 1 / -1; grid-row: 1; justify-self: center; max-width: 96%; padding: 0 6px; background: var(--paper);
  overflow-wrap: anywhere; text-wrap: balance; border-radius: 4px }
.row:hover .label, [aria-expanded='true'] .label { background: var(--mark) }
.label::before { content: counter(step) ' '; color: var(--soft); font-variant-numeric: tabular-nums }
.arrow { grid-row: 2; height: 9px; border-bottom: 2px solid var(--blue); position: relative; margin-bottom: 5px }
.arrow::after { content: ''; position: absolute; right: -1px; bottom: -6px; border: 5px solid #0000; border-left: 8px solid var(--blue) }
.arrow.back { border-bottom-style: dashed }
.arrow.back::after { right: auto; left: -1px; border-left-color: #0000; border-left-width: 5px; border-right: 8px solid var(--blue) }
.arrow.self { border: 0; height: 6px; width: 8px; justify-self: center; background: var(--blue); border-radius: 8px }
.arrow.self::after { content: none }
.failed .arrow { border-color: var(--red) } .failed .arrow.self { background: var(--red) }
.failed .arrow::after { border-left-color: var(--red) } .failed .back::after { border-left-color: #0000; border-right-color: var(--red) }
.failed .label { color: var(--red) }
.pending .arrow { border-bottom-style: dotted }
@container (min-width: 560px) { .wide { grid-column: var(--start) / var(--end); max-width: none } }
@media (prefers-reduced-motion: no-preference) { .pending .arrow { animation: pulse 1s infinite alternate } @keyframes pulse { to { opacity: .35 } } }
.why { margin: 0 14px 6px; padding: 6px 10px; border-left: 3px solid var(--blue); background: var(--mark); color: var(--ink) }
.failed .why, .bad .why { border-color: var(--red) }
dl { display: grid; grid-template-columns: auto 1fr; gap: 1px 12px; margin: 2px 14px 8px; padding: 8px 10px; background: var(--mark) }
dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }
.paste { padding: 8px 14px; border-bottom: 1px solid var(--line) }
textarea { width: 100%; height: 90px; resize: vertical; font: 12px ui-monospace, monospace }
.empty { padding: 18px; text-align: center }
`
