# Detection script of a remediation, run as SYSTEM in 64-bit: 0 when every license of machines.csv for this
# machine runs with its multiple activation key, 1 when there is something to do.
$ErrorActionPreference = 'Stop'
$folder = Join-Path $env:ProgramData 'Perpetua\Fleet'
$script = Join-Path $folder 'Move-License.ps1'
if (-not (Test-Path $script)) { Write-Output 'not delivered'; exit 0 }
& "$env:SystemRoot\System32\WindowsPowerShell\v1.0\powershell.exe" -NoProfile -NonInteractive -ExecutionPolicy Bypass -File $script -Phase Verify -MaxDelayMinutes 0 | Out-Null
if ($LASTEXITCODE -eq 0) { Write-Output 'done'; exit 0 }
Write-Output "open, code $LASTEXITCODE"
exit 1
