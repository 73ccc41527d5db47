// SPDX-License-Identifier: GPL-3.0-or-later

/// How the pages look: the system's own letters, light or dark as the device is, on a phone, a screen or paper.
package enum Style {
    package static let sheet = base + forms + content + paper

    private static let base = """
        :root { color-scheme: light dark; --paper: #fbfbfa; --card: #fff; --ink: #1a1c1e; --soft: #55595e; --line: #d9dbde;
          --brand: #0b5cad; --brand-ink: #fff; --good: #1b7f4b; --low: #b3560f; --warn: #fdf3e2; --warn-ink: #5c3a00;
          --bad: #fdeceb; --bad-ink: #8c1d18; }
        @media (prefers-color-scheme: dark) { :root { --paper: #131416; --card: #1d1f22; --ink: #eceef0; --soft: #aeb4ba;
          --line: #3a3e43; --brand: #8ec3f7; --brand-ink: #0c1a28; --good: #5cc990; --low: #eba35c; --warn: #33291a;
          --warn-ink: #f3d9a8; --bad: #3a1f1d; --bad-ink: #ffb4ab; } }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 system-ui, -apple-system, "Segoe UI",
          Roboto, "Noto Sans", sans-serif; }
        main { max-width: 46rem; margin: 0 auto; padding: 1.25rem 1rem 4rem; }
        header { background: var(--card); border-bottom: 1px solid var(--line); }
        .top, nav ul { max-width: 46rem; margin: 0 auto; padding: .6rem 1rem; display: flex; flex-wrap: wrap; gap: .35rem 1rem;
          align-items: center; }
        .top { justify-content: space-between; }
        .brand { font-weight: 650; color: inherit; text-decoration: none; }
        .who { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .9rem; font-size: .95rem; }
        .who form { display: inline; margin: 0; }
        .name { color: var(--soft); overflow-wrap: anywhere; }
        nav ul { list-style: none; padding: 0 .4rem .6rem; gap: .1rem .2rem; }
        nav a { display: block; padding: .4rem .6rem; border-radius: .5rem; font-size: .95rem; text-decoration: none;
          color: var(--ink); }
        nav a:hover { background: var(--paper); }
        nav a[aria-current] { background: var(--brand); color: var(--brand-ink); }
        h1 { font-size: 1.7rem; line-height: 1.2; margin: .5rem 0 .75rem; letter-spacing: -.01em; }
        h2 { font-size: 1.15rem; line-height: 1.3; margin: 1.75rem 0 .5rem; }
        a { color: var(--brand); text-underline-offset: .15em; }
        :focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
        .skip { position: absolute; left: -99rem; }
        .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }
        .intro { color: var(--soft); margin: 0 0 1.25rem; }
        .hint, small { color: var(--soft); font-size: .9rem; }
        .hint h2 { font-size: 1rem; }
        .notice { background: var(--warn); color: var(--warn-ink); padding: .75rem 1rem; border-radius: .6rem; }
        .fault { background: var(--bad); color: var(--bad-ink); }

        """

    private static let forms = """
        .narrow { max-width: 24rem; }
        .field, fieldset { margin: 0 0 1.1rem; }
        label, legend { display: block; font-weight: 600; margin-bottom: .3rem; }
        fieldset { border: 0; padding: 0; min-width: 0; }
        input, select, textarea { width: 100%; max-width: 100%; min-width: 0; font: inherit; color: inherit;
          background: var(--card); border: 1px solid var(--soft); border-radius: .5rem; padding: .6rem .75rem; min-height: 2.9rem; }
        textarea { font-family: ui-monospace, monospace; font-size: 1rem; }
        .choice { display: flex; gap: .75rem; align-items: center; font-weight: 400; background: var(--card); margin: 0 0 .5rem;
          border: 1px solid var(--line); border-radius: .6rem; padding: .7rem .9rem; cursor: pointer; }
        .choice:has(:checked) { border-color: var(--brand); box-shadow: inset 0 0 0 1px var(--brand); }
        .choice input { width: 1.2rem; height: 1.2rem; min-height: 0; margin: 0; flex: none; accent-color: var(--brand); }
        button, .button { display: inline-block; font: inherit; font-weight: 600; padding: .6rem 1.1rem; border-radius: .5rem;
          border: 1px solid var(--brand); background: transparent; color: var(--brand); text-decoration: none; cursor: pointer; }
        button.main { background: var(--brand); color: var(--brand-ink); width: 100%; padding: .8rem 1.1rem; }
        button.quiet { border: 0; padding: .2rem 0; font-weight: 400; text-decoration: underline; text-underline-offset: .15em; }
        .unseen { position: absolute; left: -99rem; width: 1px; }

        """

    private static let content = """
        .code { text-align: center; background: var(--card); border: 1px solid var(--line); border-radius: 1rem;
          padding: 1.25rem .5rem 1.5rem; margin: 0 0 1rem; }
        .digits { display: block; font: 700 clamp(3rem, 17vw, 6.5rem)/1.1 ui-monospace, "SF Mono", Menlo, Consolas,
          "DejaVu Sans Mono", monospace; font-variant-numeric: tabular-nums; letter-spacing: .02em; }
        .digits { word-spacing: -.35em; }
        .digits span { white-space: nowrap; display: inline-block; margin: 0 .1em; }
        .until { margin: .5rem 0 0; font-size: 1.15rem; }
        .until strong { font-size: 1.4rem; }
        .badge { display: inline-block; margin: 0; padding: .1rem .6rem; border-radius: 1rem; background: var(--brand);
          color: var(--brand-ink); font-size: .95rem; font-weight: 600; }
        code { font: 600 1.15rem/1.4 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
        .facts { margin: .5rem 0; display: grid; gap: .5rem; }
        .facts > div { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; }
        .facts > dt { margin-bottom: -.4rem; }
        dt { color: var(--soft); }
        dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
        .cards { list-style: none; padding: 0; margin: 0; display: grid; gap: .75rem; }
        .cards > li { background: var(--card); border: 1px solid var(--line); border-radius: .8rem; padding: .9rem 1rem; min-width: 0; }
        .cards h2 { margin: 0; }
        .share { margin: .3rem 0; }
        .share strong { font-size: 1.5rem; font-variant-numeric: tabular-nums; }
        .file { display: block; font-size: .9rem; }
        .bar { display: block; width: 100%; height: .75rem; border-radius: .25rem; }
        td .bar { height: .3rem; margin-top: .25rem; }
        .bar .back { fill: var(--line); } .bar .good { fill: var(--good); } .bar .low { fill: var(--low); }
        .bar .mark { fill: var(--ink); }
        table { margin: 0 0 1rem; border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        tbody th { font-weight: 400; }
        thead th { color: var(--soft); font-size: .9rem; }
        .number { text-align: right; padding-right: 0; padding-left: .75rem; }
        td.number { white-space: nowrap; }
        .source { white-space: normal; }
        .log { list-style: none; padding: 0; margin: 0 0 1rem; border-top: 1px solid var(--line); }
        .log li { border-bottom: 1px solid var(--line); padding: .6rem 0; display: flex; flex-wrap: wrap; gap: 0 1rem; }
        .log strong { flex: 1 1 100%; }
        @media (min-width: 36rem) { .log strong { flex: 1 1 12rem; } }
        .log .detail { flex: 1 0 100%; overflow-wrap: anywhere; color: var(--soft); font-size: .9rem; }
        .log time { font-variant-numeric: tabular-nums; color: var(--soft); }
        details { margin: .75rem 0 1rem; } summary { cursor: pointer; padding: .3rem 0; }
        .links { display: flex; flex-wrap: wrap; gap: .5rem; }
        .period strong { font-size: 1.15rem; }

        """

    private static let paper = """
        @media print { :root { --paper: #fff; --card: #fff; --ink: #000; --soft: #333; --line: #999; --brand: #000;
          --brand-ink: #fff; } body { font-size: 11pt; } nav, .who, .skip, .links, .entry, .screen, form, .button { display: none; }
          header { border: 0; } .top { padding: 0; } main { max-width: none; padding: 0; } .cards > li, tr { break-inside: avoid; }
          .bar { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
        @page { margin: 18mm; }

        """
}
