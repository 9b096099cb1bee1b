; Installer for Windows, from the folder that PyInstaller makes there.
;
; NOT RUN ON WINDOWS. Checked here: it compiles with makensis 3.08 on Debian against a folder with the same names
; (tests/packaging). Not checked: that the installed program starts, the look of the pages, SmartScreen, and signing.
;
;   makensis -DVERSION=0.1.0 -DBUNDLE=dist\alphadesk -DOUT=alphadesk_0.1.0_setup.exe packaging\windows\alphadesk.nsi
;
; Installs for one user, so nobody needs to be an administrator; the user's own data is never removed.
Unicode true
SetCompressor /SOLID lzma

!ifndef VERSION
  !error "Give the version: -DVERSION=0.1.0"
!endif
!ifndef BUNDLE
  !error "Give PyInstaller's folder: -DBUNDLE=dist\alphadesk"
!endif
!ifndef OUT
  !define OUT "alphadesk_${VERSION}_setup.exe"
!endif
!define NAME "Alpha Desk"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\AlphaDesk"

!include MUI2.nsh

Name "${NAME} ${VERSION}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\AlphaDesk"
InstallDirRegKey HKCU "Software\AlphaDesk" "Folder"
RequestExecutionLevel user
!ifdef ICON
  !define MUI_ICON "${ICON}"
!endif
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "FileDescription" "${NAME} installer"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "The Alpha Desk team, MIT licence"

!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\alphadesk.exe"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Section "Program"
  ; An older version's libraries must not stay beside the new ones.
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${BUNDLE}/*.*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\alphadesk.exe"
  WriteRegStr HKCU "Software\AlphaDesk" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\alphadesk.exe"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The Alpha Desk team"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section "Uninstall"
  ; Only what was put here, by name: somebody may have chosen a folder with other things in it.
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\alphadesk.exe"
  Delete "$INSTDIR\alphadesk-cli.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\AlphaDesk"
SectionEnd
