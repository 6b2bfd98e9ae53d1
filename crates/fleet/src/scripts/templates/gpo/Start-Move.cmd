@echo off
rem Computer start-up script of a group policy. It runs as SYSTEM.
rem SYSVOL is readable by every member of the domain: put this file, Move-License.ps1 and machines.csv there,
rem and never the key file. Place keys.txt on each machine by a way that only SYSTEM and administrators can
rem read; it is deleted after a success. Running at every start does no harm.
setlocal
set "KEYS=%ProgramData%\Perpetua\Fleet\keys.txt"
"%SystemRoot%\System32\WindowsPowerShell\v1.0\powershell.exe" -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "%~dp0..\Move-License.ps1" -KeyFile "%KEYS%" -MaxDelayMinutes 10 >nul 2>&1
exit /b %ERRORLEVEL%
