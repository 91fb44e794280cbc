"""Runs seeds through `weir-processor test --batch` and the model, and tells where they differ."""
import json
import subprocess


def strict(value):
    """Equal only when the kinds are: 1 is not 1.0, and true is not 1."""
    if isinstance(value, dict):
        return {name: strict(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [strict(one) for one in value]
    return (type(value).__name__, value)


def answered(answer):
    return [(out["topic"], out["key"], out["value"], out["timestamp"], out.get("window")) for out in answer["outputs"]]


def difference(case, answer):
    """None, or text: the program, and the first record that differs."""
    if "error" in answer:
        return f"{answer['id']}: {answer['error']}\n" + "\n".join(case.request()["statements"])
    expected, actual = case.expected(), answered(answer)
    if strict(expected) == strict(actual):
        return None
    place = next((place for place, pair in enumerate(zip(expected, actual)) if strict(pair[0]) != strict(pair[1])),
                 min(len(expected), len(actual)))
    lines = [f"seed {case.seed}: record {place} of {len(expected)} expected, {len(actual)} there", *case.request()["statements"],
             *(f"before  {out}" for out in expected[max(0, place - 2):place]),
             *(f"model   {out}" for out in expected[place:place + 2]), *(f"weir    {out}" for out in actual[place:place + 2])]
    return "\n".join(lines)


def differences(executable, cases):
    """Yields (case, None or text) for each case, in order."""
    cases = list(cases)
    requests = "".join(json.dumps(case.request()) + "\n" for case in cases)
    done = subprocess.run([executable, "test", "--batch"], input=requests, capture_output=True, text=True, check=False)
    answers = done.stdout.splitlines()
    for case, line in zip(cases, answers):
        yield case, difference(case, json.loads(line))
    if len(answers) < len(cases):
        case = cases[len(answers)]
        yield case, f"seed {case.seed}: exit status {done.returncode}, no answer\n{done.stderr[-1000:]}"
