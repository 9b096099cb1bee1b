# Makes the Windows bundle and its installer.
#
# NOT RUN: there is no Windows where this was written. It does on Windows what `python3 dev.py package` does on
# Linux, step by step; the installer script it ends with was compiled with makensis on Debian. Needs CPython 3.11
# to 3.13 and NSIS 3. To sign, give a certificate's thumbprint: .\build.ps1 -Thumbprint ...
param([string]$Thumbprint = "")
$ErrorActionPreference = "Stop"
$root = Resolve-Path "$PSScriptRoot\..\.."
$work = Join-Path ([IO.Path]::GetTempPath()) "alphadesk-package"
$out = Join-Path $root "dist"
Set-Location $root
New-Item -ItemType Directory -Force $work, $out | Out-Null

function Step([string]$what, [scriptblock]$act) {
    Write-Host $what
    & $act
    if ($LASTEXITCODE -ne 0) { throw "$what failed with $LASTEXITCODE" }
}

Step "Freezing" { python packaging\make_release.py --bundle-only --work $work }
$version = python -c "from terminal import __version__; print(__version__)"
$bundle = Join-Path $work "dist\alphadesk"
Step "Testing the bundle" { & "$bundle\alphadesk-cli.exe" selftest --out $work }
if ($Thumbprint) {
    Step "Signing the programs" {
        signtool sign /sha1 $Thumbprint /fd SHA256 /tr http://timestamp.digicert.com /td SHA256 `
            "$bundle\alphadesk.exe" "$bundle\alphadesk-cli.exe"
    }
}
$setup = Join-Path $out "alphadesk_${version}_setup.exe"
Step "Making the installer" {
    makensis "-DVERSION=$version" "-DBUNDLE=$bundle" "-DOUT=$setup" "-DICON=$work\icons\alphadesk.ico" `
        packaging\windows\alphadesk.nsi
}
if ($Thumbprint) {
    Step "Signing the installer" { signtool sign /sha1 $Thumbprint /fd SHA256 /tr http://timestamp.digicert.com /td SHA256 $setup }
}
Write-Host "Made $setup"
