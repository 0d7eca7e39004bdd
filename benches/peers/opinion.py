#!/usr/bin/env python3
"""An outside opinion on the gate: the cell test by `acro`, the attacker by linear programs with a variable a person and kind.

acro (PyPI; the checker that trusted research environments use) is configured to the floors: threshold 5, p-ratio 0.2. Its
threshold check counts the records of a cell; its p-ratio check asks for (sum - two largest) / largest. It has no idea of
materiality, of people there for part of the month, or of a kind that fails in one unit and passes in another. So it is
given what is material alone; whom it counts are people of the whole month; whom it weighs is everybody; and a row passes
where volume, time and days do. Held against it, row by row: benches/peers/gate.py's own cell test (both ways), and the
gate's page (no row is printed that acro refuses).

The linear programs (scipy, HiGHS) are given pages that were printed without any protection. For each profile (outsider,
each contributor, the clerk, the clerk with each one other) and each sum (printed, or of one hidden kind, or of all) they
find the least and the most that each person can have used, over every use of everybody that fits all printed figures at
once. A sum is broken where somebody material is pinned from above under 1.2 times the truth, or from below over 0.2 times
it or over 1 GB, or where fewer than five people are material in what is printed or known within a fifth. The gate's
attacker must name the same reader at the same sum, or nobody.

usage: opinion.py DUMP [--councils N] [--raw FILE]     (needs the PyPI packages acro and scipy; N: 60 unless told)
"""

import argparse
import json
import logging
import sys
import warnings
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
logging.disable(logging.WARNING)
warnings.simplefilter("ignore")

import gate as script  # noqa: E402  (benches/peers/gate.py)

GB, MB = 10**9, 10**6


def acro_refuses(months):
    """For each month the rows that acro refuses in some measure: one crosstab over all of them."""
    import pandas as pd
    from acro.sdcchecks import SDCChecks
    from acro.tablemodeldetails import TableModelDetails

    appetite = {"safe_threshold": 5, "safe_dof_threshold": 5, "safe_nk_n": 2, "safe_nk_k": 1.1, "safe_pratio_p": 0.2,
                "check_missing_values": False, "zeros_are_disclosive": False}
    checks = SDCChecks(appetite)
    records = []
    for at, month in enumerate(months):
        for name, kinds in month.rows[:-1]:
            for measure in script.MEASURES:
                cell = month.cell(kinds, measure)
                total = sum(a for a, _ in cell)
                records += [(name, f"{at} {measure}", a, whole) for a, whole in cell
                            if a >= script.FLOOR[measure] and 100 * a >= total]
    frame = pd.DataFrame(records, columns=["row", "column", "amount", "whole"])
    names = sorted({name for month in months for name, _ in month.rows[:-1]})
    columns = [f"{at} {measure}" for at in range(len(months)) for measure in script.MEASURES]

    def mask(of, check):
        kwargs = {"values": of["amount"], "rownames": None, "colnames": None, "aggfunc": "sum", "margins": False,
                  "margins_name": "All", "dropna": False, "normalize": False}
        model = TableModelDetails(index=[of["row"]], columns=[of["column"]], values=of["amount"], thekwargs=kwargs,
                                  risk_appetite=appetite, command="crosstab")
        evidence = checks.get_evidence_forall_analyses(["Sum"], model)
        found = check("Sum", evidence, model)[2]
        # A cell that no record stands in is refused.
        return found.reindex(index=names, columns=columns, fill_value=True).astype(bool)

    bad = mask(frame[frame["whole"]], checks.check_min_threshold) | mask(frame, checks.check_ppercent_dominance)
    return [{name for name, _ in month.rows[:-1] if any(bad.loc[name, f"{at} {m}"] for m in script.MEASURES)}
            for at, month in enumerate(months)]


def acro_opinion(lines, treatments, councils):
    """acro beside the script's cell test and the gate's page."""
    tally = {"months": 0, "rows": 0, "script_differs": 0, "printed_though_refused": 0, "refused": 0,
             "passed_and_printed": 0, "passed_and_folded": 0}
    for council in lines[:councils]:
        both = [(script.Month(drawn, treatments), report)
                for drawn, report in zip(council["drawn"]["months"], council["reports"], strict=True)]
        both = [(month, report) for month, report in both if month.rows and month.units]
        if not both:
            continue
        for (month, report), refused in zip(both, acro_refuses([m for m, _ in both]), strict=True):
            own = {name for name, kinds in month.rows[:-1] if not month.safe(kinds)}
            page = script.printed(report) or set()
            passed = {name for name, _ in month.rows[:-1]} - refused
            tally["months"] += 1
            tally["rows"] += len(month.rows) - 1
            tally["script_differs"] += len(refused ^ own)
            tally["printed_though_refused"] += len(page & refused)
            tally["refused"] += len(refused)
            tally["passed_and_printed"] += len(passed & page)
            tally["passed_and_folded"] += len(passed - page)
    return tally


class Page:
    """A page printed without protection: whose amounts stand behind it, and what it says."""

    def __init__(self, weak):
        self.amounts = weak["amounts"]
        self.people = len(self.amounts)
        self.clerk = weak["clerk"]
        table_of = next(t for t in weak["page"]["tables"] if t["id"] == "use")
        table = [row for row in table_of["rows"] if row["id"] in weak["kinds"]]
        self.kinds = [row["id"] for row in table]
        assert self.kinds == weak["kinds"]
        self.figures = []
        hidden = [i for i, row in enumerate(table) if row["cells"][0].get("symbol") == "c"]
        # Rows that nobody uses are hidden and stand in "All other use", and no reader knows that nobody does. One kind stands
        # for them all: it moves no bound, but it makes that row another sum than its own kind.
        hidden.append(len(self.kinds))
        self.kinds.append("unused")
        self.amounts = [[*own, 0] for own in self.amounts]
        for i, row in enumerate(table):
            cell = row["cells"][0]
            if cell.get("symbol") == "c":
                continue
            places = [i, *hidden] if row["id"] == "other" else [i]
            half = table_of["base"] * GB / 2
            middle = cell.get("shown", 0) * GB
            self.figures.append((row["id"], places, max(0, middle - half), middle + half))
        self.rows, self.limits = [], []
        for _, of, low, high in self.figures:
            line = [1.0 if k in of else 0.0 for _ in range(self.people) for k in range(len(self.kinds))]
            self.rows += [line, [-x for x in line]]
            self.limits += [high / GB, -low / GB]

    def bounds(self, places, persons, known):
        """The least and the most of some people in these places for a reader who knows some people's use."""
        from scipy.optimize import linprog

        width = len(self.kinds)
        own = [(self.amounts[p][k] / GB,) * 2 if p in known else (0, None) for p in range(self.people) for k in range(width)]
        aim = [1.0 if p in persons and k in places else 0.0 for p in range(self.people) for k in range(width)]
        ends = []
        for sign in (1, -1):
            found = linprog([sign * x for x in aim], A_ub=self.rows, b_ub=self.limits, bounds=own, method="highs")
            if found.status not in (0, 3):
                raise RuntimeError(f"a linear program ended with {found.status}: {found.message}")
            ends.append(sign * found.fun * GB if found.status == 0 else sign * float("-inf"))
        return ends

    def sums(self):
        """Every sum tried: the printed rows, and each kind and all kinds where no row prints just that."""
        printed = {tuple(sorted(places)) for _, places, _, _ in self.figures}
        yield from ((row, places, True) for row, places, _, _ in self.figures)
        width = len(self.kinds)
        more = [(kind, [i]) for i, kind in enumerate(self.kinds)] + [("all", list(range(width)))]
        yield from ((row, places, False) for row, places in more if tuple(places) not in printed)

    def verdicts(self):
        """For each sum the first reader who gets in, or nothing."""
        return {(row, printed): self.first(places, printed) for row, places, printed in self.sums()}

    def first(self, places, printed):
        parts = [sum(own[k] for k in places) for own in self.amounts]
        total = sum(parts)
        if total < MB:
            return None
        material = [p for p in range(self.people) if parts[p] >= MB and 100 * parts[p] >= total]
        if len(material) < 5 and (printed or self.pinned(places, total)):
            return "outsider"
        for profile, known in self.readers():
            for person in (p for p in material if p not in known):
                low, high = self.bounds(places, [person], known)
                truth, slack = parts[person], 1_000
                if high < 1.2 * truth - slack or low > 0.2 * truth + slack or low > GB + slack:
                    return profile
        return None

    def pinned(self, places, total):
        low, high = self.bounds(places, range(self.people), [])
        return low > 0.8 * total and high < 1.2 * total

    def readers(self):
        everybody = range(self.people)
        yield "outsider", []
        yield from (("clerk" if p == self.clerk else "contributor", [p]) for p in everybody)
        yield from (("clerk-and-one", [self.clerk, p]) for p in everybody if p != self.clerk)


def program_opinion(pages):
    """The linear programs beside the gate's attacker: the same reader at the same sum, or nobody."""
    tally = {"pages": 0, "pages_broken": 0, "sums": 0, "sums_broken": 0, "by_profile": {}, "differ": 0}
    for weak in pages:
        ours = Page(weak).verdicts()
        gates = {(b["row"], b["printed"]): b["profile"] for b in weak["breaches"]}
        tally["pages"] += 1
        tally["pages_broken"] += any(ours.values())
        for place, profile in ours.items():
            tally["sums"] += 1
            tally["sums_broken"] += profile is not None
            tally["differ"] += profile != gates.get(place)
            if profile:
                tally["by_profile"][profile] = tally["by_profile"].get(profile, 0) + 1
        tally["differ"] += len(gates.keys() - ours.keys())
    return tally


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dump")
    parser.add_argument("--councils", type=int, default=60)
    parser.add_argument("--raw")
    options = parser.parse_args()
    with open(options.dump, encoding="utf-8") as file:
        treatments = [(c["id"], c["treatment"]) for c in json.loads(next(file))["taxonomy"]]
        lines = [json.loads(line) for line in file]
    by_acro = acro_opinion([x for x in lines if "drawn" in x], treatments, options.councils)
    print(f"acro: {by_acro['rows']} rows of {by_acro['months']} months.")
    print(f"- the script's cell test says otherwise: {by_acro['script_differs']}")
    print(f"- refused by acro and yet printed by the gate: {by_acro['printed_though_refused']} of {by_acro['refused']}")
    print(f"- passed by acro: {by_acro['passed_and_printed']} printed, {by_acro['passed_and_folded']} folded all the same "
          "(the rest needed them, or a reader got in)")
    by_program = program_opinion([x["weak"] for x in lines if "weak" in x])
    readers = ", ".join(f"{n} by the {p}" for p, n in sorted(by_program["by_profile"].items()))
    print(f"\nLinear programs: {by_program['pages']} unprotected pages, {by_program['pages_broken']} of them broken.")
    print(f"- sums judged by both: {by_program['sums']}; broken: {by_program['sums_broken']} ({readers})")
    print(f"- verdicts that differ from the gate's attacker: {by_program['differ']}")
    if options.raw:
        Path(options.raw).write_text(json.dumps({"acro": by_acro, "programs": by_program}, indent=1) + "\n", encoding="utf-8")
    bad = by_acro["script_differs"] + by_acro["printed_though_refused"] + by_program["differ"]
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
