"""count_tests.py FOLDER: adds up the JUnit files of a folder and prints "N passed, N failed[, N skipped]"."""
import pathlib
import sys
import xml.etree.ElementTree

passed = failed = skipped = 0
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.xml")):
    for case in xml.etree.ElementTree.parse(file).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
            print(f"failed: {case.get('classname')} {case.get('name')}")
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
sys.exit(1 if failed or not passed else 0)
