@echo off
rem Program of a package or application, run with administrative rights whether or not a user is signed in.
rem Distribute Move-License.ps1, machines.csv and keys.txt together. The key is in the file and never on the
rem command line, which the client writes to its log. In a task sequence set OSDDoNotLogCommand to True anyway.
setlocal
"%SystemRoot%\System32\WindowsPowerShell\v1.0\powershell.exe" -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "%~dp0..\Move-License.ps1" -KeyFile "%~dp0..\keys.txt" -KeepKeyFile -MaxDelayMinutes 10 >nul 2>&1
exit /b %ERRORLEVEL%
