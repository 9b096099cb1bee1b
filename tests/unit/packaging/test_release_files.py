"""Packages, sums, sizes and the parts list, made from a small bundle."""

import json
import os
import shutil
import subprocess
import sys
import tarfile

import pytest
from release import facts as release_facts
from release import sbom
from release.archive import make_archive
from release.debian import DEPENDS, control_text, lay_out, make_deb
from release.facts import Facts, ReleaseError, read_facts, run
from release.sizes import BUNDLE_LIMIT_MB, DEB_LIMIT_MB, folder_bytes, size_report, too_large
from release.sums import sign, write_sums

from terminal import __version__

FACTS = Facts("1.2.3", "What it is.", (), "amd64", 1_700_000_000)


@pytest.fixture
def bundle(tmp_path):
    folder = tmp_path / "bundle"
    (folder / "_internal").mkdir(parents=True)
    program = folder / "alphadesk"
    program.write_text("#!/bin/sh\necho packed\n")
    program.chmod(0o755)
    (folder / "_internal" / "library.so").write_bytes(b"x" * 3_000_000)
    (folder / "_internal" / "link.so").symlink_to("library.so")
    return folder


@pytest.fixture
def icons(tmp_path):
    folder = tmp_path / "icons"
    folder.mkdir()
    for size in (48, 256):
        (folder / f"alphadesk-{size}.png").write_bytes(b"png")
    return folder


def needs(*programs):
    missing = [name for name in programs if shutil.which(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {missing}")


def test_facts_are_the_projects_own(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1234567")
    facts = read_facts()
    assert facts.version == __version__
    assert facts.epoch_s == 1_234_567
    assert any(each.startswith("PySide6-Essentials") for each in facts.dependencies)


def test_two_versions_are_refused(monkeypatch, tmp_path):
    (tmp_path / "terminal").mkdir()
    (tmp_path / "terminal" / "__init__.py").write_text('__version__ = "1.0.0"\n')
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.0.1"\ndescription = ""\ndependencies = []\n')
    monkeypatch.setattr(release_facts, "ROOT", tmp_path)
    with pytest.raises(ReleaseError, match="different versions"):
        read_facts()


def test_a_tool_that_is_missing_or_fails_is_told_in_words():
    with pytest.raises(ReleaseError, match="no-such-program is not installed"):
        run(["no-such-program"], what="Trying")
    with pytest.raises(ReleaseError, match=r"Trying failed \(3\):\nwhy"):
        run([sys.executable, "-c", "import sys; print('why'); sys.exit(3)"], what="Trying")


def test_files_lie_where_debian_wants_them(bundle, icons, tmp_path):
    root = tmp_path / "root"
    lay_out(root, bundle, icons)
    command = root / "usr" / "bin" / "alphadesk"
    assert command.is_symlink()
    assert command.resolve() == (root / "usr/lib/alphadesk/alphadesk").resolve()
    there = {str(path.relative_to(root / "usr/share")) for path in (root / "usr/share").rglob("*") if path.is_file()}
    assert there == {
        "applications/alphadesk.desktop",
        "icons/hicolor/scalable/apps/alphadesk.svg",
        "icons/hicolor/48x48/apps/alphadesk.png",
        "icons/hicolor/256x256/apps/alphadesk.png",
        "man/man1/alphadesk.1.gz",
        "doc/alphadesk/changelog.gz",
        "doc/alphadesk/copyright",
    }


def test_the_control_file_names_what_the_machine_must_bring():
    fields = dict(line.split(": ", 1) for line in control_text(FACTS, 4_000).splitlines() if not line.startswith(" "))
    assert (fields["Package"], fields["Version"], fields["Architecture"]) == ("alphadesk", "1.2.3", "amd64")
    assert fields["Installed-Size"] == "4000"
    assert {"libgl1", "libegl1", "libfontconfig1"} <= set(DEPENDS)
    assert fields["Depends"] == ", ".join(DEPENDS)


@needs("dpkg-deb")
def test_the_same_bundle_gives_the_same_deb(bundle, icons, tmp_path):
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made.append(make_deb(bundle, icons, tmp_path / name, FACTS, tmp_path).read_bytes())
        os.utime(bundle / "alphadesk", (1_800_000_000, 1_800_000_000))
    assert made[0] == made[1]
    path = str(tmp_path / "one" / "alphadesk_1.2.3_amd64.deb")
    listed = subprocess.run(["dpkg-deb", "--contents", path], capture_output=True, text=True, check=True).stdout
    assert "root/root" in listed
    assert "-rwxr-xr-x" in next(line for line in listed.splitlines() if line.endswith("lib/alphadesk/alphadesk"))
    # Nothing runs at installation or removal.
    parts = subprocess.run(["dpkg-deb", "--info", path], capture_output=True, text=True, check=True).stdout
    assert not any(name in parts for name in ("postinst", "prerm", "postrm", "preinst"))


@needs("tar", "xz")
def test_the_same_bundle_gives_the_same_archive_with_one_folder(bundle, icons, tmp_path):
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made.append(make_archive(bundle, icons, tmp_path / name, FACTS, tmp_path))
    assert made[0].read_bytes() == made[1].read_bytes()
    with tarfile.open(made[0]) as archive:
        names = archive.getnames()
        assert {name.partition("/")[0] for name in names} == {"alphadesk-1.2.3"}
        assert archive.getmember("alphadesk-1.2.3/alphadesk").mode & 0o111
        assert archive.getmember("alphadesk-1.2.3/_internal/link.so").issym()


@needs("sha256sum")
def test_sums_are_what_sha256sum_reads(tmp_path):
    files = [tmp_path / name for name in ("b.deb", "a.tar.xz")]
    for path in files:
        path.write_bytes(path.name.encode())
    sums = write_sums(files, tmp_path)
    check = ["sha256sum", "--check", "--strict", sums.name]
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    files[0].write_bytes(b"another")
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, check=False).returncode == 1


@needs("minisign")
def test_a_signature_holds_for_these_sums_and_no_others(tmp_path, capfd):
    public, secret = tmp_path / "key.pub", tmp_path / "key.sec"
    subprocess.run(["minisign", "-G", "-W", "-p", public, "-s", secret], check=True, capture_output=True)
    (tmp_path / "a.deb").write_bytes(b"a")
    sums = write_sums([tmp_path / "a.deb"], tmp_path)
    assert sign(sums, secret, FACTS).is_file()
    verify = ["minisign", "-V", "-p", public, "-m", sums]
    assert subprocess.run(verify, capture_output=True, check=False).returncode == 0
    sums.write_text(f"{sums.read_text()}x")
    assert subprocess.run(verify, capture_output=True, check=False).returncode != 0
    capfd.readouterr()


def test_sizes_count_a_link_once_and_tell_what_is_too_large(bundle, tmp_path):
    assert 3_000_000 <= folder_bytes(bundle) < 3_001_000
    deb = tmp_path / "a.deb"
    deb.touch()
    assert too_large(bundle, [deb]) == []
    assert "library.so" in size_report(bundle, [deb])
    os.truncate(deb, (DEB_LIMIT_MB + 1) * 1_000_000)
    os.truncate(bundle / "_internal" / "library.so", (BUNDLE_LIMIT_MB + 1) * 1_000_000)
    assert [words.split()[-1] for words in too_large(bundle, [deb])] == [f"{BUNDLE_LIMIT_MB}.", f"{DEB_LIMIT_MB}."]


def test_the_parts_list_holds_what_was_packed_and_nothing_else(tmp_path, monkeypatch):
    import httpx

    work = tmp_path / "work" / "alphadesk"
    work.mkdir(parents=True)
    (work / "PYZ-00.toc").write_text(repr(("x.pyz", [("httpx", httpx.__file__, "PYMODULE")])))
    (work / "COLLECT-00.toc").write_text(repr(([("link", "/usr/lib/ghost.so", "SYMLINK")],)))
    (work / "EXE-00.toc").write_text(repr(([("libc", "/usr/lib/libmade-up.so.1", "BINARY")],)))
    monkeypatch.setattr(sbom, "sha256_of", lambda _: "00" * 32)
    record = json.loads(sbom.write_sbom(sys.executable, tmp_path, tmp_path, FACTS).read_text())
    assert (record["bomFormat"], record["specVersion"]) == ("CycloneDX", "1.6")
    assert [each["name"] for each in record["components"]] == ["Python", "httpx", "libmade-up.so.1"]
    assert record["components"][1]["purl"] == f"pkg:pypi/httpx@{httpx.__version__}"
    assert record["metadata"]["timestamp"] == "2023-11-14T22:13:20+00:00"
    assert "://" not in json.dumps(record)
