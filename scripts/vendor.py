"""Fetch the front-end libraries into `static/vendor/`, each pinned by version and checksum.

    python scripts/vendor.py

The results are committed: neither an installation nor a reader's browser fetches anything from
elsewhere. `vendor/versions.json` says what is there. To upgrade, change the version here, run, and
put the checksum that the refusal prints.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import sys
import tarfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

ROOT: Final = Path(__file__).resolve().parent.parent
VENDOR: Final = ROOT / "src" / "frechet_site" / "static" / "vendor"
REGISTRY: Final = "https://registry.npmjs.org"
OTHER_FONT_FORMATS: Final = re.compile(rb',\s*url\([^)]*\.(?:woff|ttf)\)\s*format\("(?:woff|truetype)"\)')
SOURCE_MAP: Final = re.compile(rb"\n?(?://[#@] sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$")


@final
@dataclass(frozen=True, slots=True)
class Package:
    """A package of the npm registry and the files that we take: patterns on the path in it."""

    name: str
    version: str
    sha256: str
    files: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """The folder that it goes to."""
        return VENDOR / self.base.split(".")[0]

    @property
    def base(self) -> str:
        """The name without its scope."""
        return self.name.rpartition("/")[2]

    @property
    def address(self) -> str:
        """Where the registry keeps it."""
        return f"{REGISTRY}/{self.name}/-/{self.base}-{self.version}.tgz"


PACKAGES: Final = (
    Package(
        "@fontsource-variable/inter",
        "5.3.0",
        "d26710dd38e7217484a1d47ee76c024977ec550548876f26d06ed1844af09a14",
        ("inter-latin-wght-normal.woff2", "inter-greek-wght-normal.woff2", "LICENSE"),
    ),
    Package(
        "@fontsource-variable/jetbrains-mono",
        "5.3.0",
        "996fe6368a480c9ce15d4de22a2682b7c40b403718fee2b15e7272f244fd993f",
        ("jetbrains-mono-latin-wght-normal.woff2", "jetbrains-mono-greek-wght-normal.woff2", "LICENSE"),
    ),
    Package(
        "@fontsource-variable/source-serif-4",
        "5.3.1",
        "8c452853c74be1e43e9fbfe76321c26f4678a2d431e93209ff1d9faec03fd96f",
        (
            "source-serif-4-latin-wght-normal.woff2",
            "source-serif-4-greek-wght-normal.woff2",
            "source-serif-4-latin-wght-italic.woff2",
            "LICENSE",
        ),
    ),
    Package(
        "katex",
        "0.19.1",
        "24da5a599eb2fcede2e270b99a6ff48bca816beecc95feeb84e8cccbd1bb34fd",
        ("dist/katex.min.js", "dist/katex-swap.min.css", "dist/fonts/*.woff2", "LICENSE"),
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "165a2655073e9e6e55e307a7c74e8ebcdb76afb7701f9c16cfd106a13add408e",
        ("dist/htmx.min.js", "LICENSE"),
    ),
    Package(
        "mathlive",
        "0.111.1",
        "f285cd7b8ab5cbd67d792305c753dd4b6444f1799e012c2aef701eb87fe95f8b",
        ("mathlive.min.mjs", "LICENSE.txt"),
    ),
)


def fetch(package: Package) -> bytes:
    """Return the archive, or refuse one that is not the pinned one."""
    with urllib.request.urlopen(package.address, timeout=120) as answer:
        archive: bytes = answer.read()
    found = hashlib.sha256(archive).hexdigest()
    if found != package.sha256:
        sys.exit(f"{package.name} {package.version} has the checksum {found}, not {package.sha256 or 'any'}.")
    return archive


def unpack(package: Package, archive: bytes) -> None:
    """Write the files that are asked for; those of `dist/` lie at the top."""
    shutil.rmtree(package.folder, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar.getmembers():
            path = Path(member.name).relative_to("package")
            if not any(path.match(pattern) for pattern in package.files):
                continue
            stream = tar.extractfile(member)
            assert stream is not None
            top = path.parts[0] in {"dist", "files"}
            target = package.folder.joinpath(*path.parts[top:])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(trimmed(target, stream.read()))


def trimmed(path: Path, content: bytes) -> bytes:
    """Drop references to what is not fetched: source maps, and fonts in formats that no browser needs."""
    if path.suffix == ".css":
        content = OTHER_FONT_FORMATS.sub(b"", content)
    return SOURCE_MAP.sub(b"\n", content) if path.suffix in {".css", ".js", ".mjs"} else content


def main() -> None:
    """Fetch everything and write down what is there."""
    record = VENDOR / "versions.json"
    for package in PACKAGES:
        unpack(package, fetch(package))
    versions = {package.name: package.version for package in PACKAGES}
    record.write_text(json.dumps(versions, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
