#!/usr/bin/env bash
# Makes "Alpha Desk.app" and a disk image of it.
#
# NOT RUN ON A MAC. Checked here: the shell reads it (bash -n), the entitlements parse, and the recipe it uses is
# the one that was run on Linux. Not checked: signing, notarisation, and that the program starts on a Mac.
#
# Needs CPython 3.11 to 3.13 (a framework build) and Xcode's command line tools. Without ALPHADESK_CODESIGN (a
# "Developer ID Application" identity) the image is made unsigned, and macOS asks before it starts the program.
# With ALPHADESK_NOTARY (a profile stored by `xcrun notarytool store-credentials`) it is notarised, too.
set -euo pipefail
cd "$(dirname "$0")/../.."

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 packaging/make_release.py --bundle-only --work "$work"
version="$(python3 -c 'from terminal import __version__; print(__version__)')"
app="$work/dist/Alpha Desk.app"
image="dist/alphadesk_${version}_$(uname -m).dmg"
mkdir -p dist

"$app/Contents/MacOS/alphadesk" selftest --out "$work"
if [[ -n "${ALPHADESK_CODESIGN:-}" ]]; then
  codesign --verify --deep --strict "$app"
fi
hdiutil create -volname "Alpha Desk" -srcfolder "$app" -ov -format UDZO "$image"
if [[ -n "${ALPHADESK_CODESIGN:-}" ]]; then
  codesign --sign "$ALPHADESK_CODESIGN" "$image"
fi
if [[ -n "${ALPHADESK_NOTARY:-}" ]]; then
  xcrun notarytool submit "$image" --keychain-profile "$ALPHADESK_NOTARY" --wait
  xcrun stapler staple "$image"
fi
echo "Made $image"
