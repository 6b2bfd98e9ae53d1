# Remediation script, run as SYSTEM in 64-bit. Deliver Move-License.ps1, machines.csv and keys.txt to
# ProgramData\Perpetua\Fleet as a Win32 app: its content is encrypted on the way. The management service keeps
# copies of scripts in its logs, so the key must not stand in this one.
$ErrorActionPreference = 'Stop'
$folder = Join-Path $env:ProgramData 'Perpetua\Fleet'
$script = Join-Path $folder 'Move-License.ps1'
$keys = Join-Path $folder 'keys.txt'
& "$env:SystemRoot\System32\icacls.exe" $folder /inheritance:r /grant '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' | Out-Null
& "$env:SystemRoot\System32\WindowsPowerShell\v1.0\powershell.exe" -NoProfile -NonInteractive -ExecutionPolicy Bypass -File $script -KeyFile $keys -MaxDelayMinutes 10 | Out-Null
$code = $LASTEXITCODE
Write-Output "code $code"
if ($code -eq 0 -or $code -eq 3010) { exit 0 }
exit 1
