# Prints the wheel that pip would take for each pin, with its hash as the index has it, in the form of pip's own
# report. Nothing is downloaded. Arguments: a Python's version, the platforms with commas, then the pins.
import json
import sys

from pip._internal.commands import create_command
from pip._internal.models.target_python import TargetPython
from pip._vendor.packaging.requirements import Requirement

version, platforms, *pins = sys.argv[1:]
command = create_command("install")
options, _ = command.parse_args(["--only-binary=:all:", "--no-input"])
target = TargetPython(
    platforms=platforms.split(","),
    py_version_info=tuple(int(part) for part in version.split(".")),
    implementation="cp",
)
found = []
with command.main_context():
    session = command.get_default_session(options)
    finder = command._build_package_finder(options=options, session=session, target_python=target)
    for pin in pins:
        wanted = Requirement(pin)
        best = finder.find_best_candidate(wanted.name, wanted.specifier).best_candidate
        if best is None:
            sys.exit(f"ERROR: No matching distribution found for {pin}")
        hashes = {best.link.hash_name: best.link.hash}
        found.append(
            {
                "metadata": {"name": best.name, "version": str(best.version)},
                "download_info": {"url": best.link.filename, "archive_info": {"hashes": hashes}},
            }
        )
print(json.dumps({"install": found}))
