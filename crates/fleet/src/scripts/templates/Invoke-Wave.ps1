<#
.SYNOPSIS
Runs one wave over PowerShell remoting, collects the proof, and stops when it goes wrong.

.DESCRIPTION
Needs remoting on the machines and an administrator there. Keys are asked for at the prompt, or read from a
protected file; they travel encrypted inside of the session and never appear in a command line. Machines that
are asleep or cannot be reached are listed in retry.csv with the meaning of their code in EXIT-CODES.txt.

The wave stops at once when activations are used up (10) or a key is blocked (11), and when the share of
failures exceeds -MaxFailurePercent. Where report-to.txt stands beside this script, the proof also goes to the
address in its first line, with the token in its second; the wave stops when the answer says so.
#>
param(
    [Parameter(Mandatory = $true)] [int] $Wave,
    [string] $PlanFile,
    [string] $KeyFile,
    [int] $ThrottleLimit = 16,
    [int] $MaxFailurePercent = 10,
    [switch] $DryRun
)

$ErrorActionPreference = 'Stop'
# .NET takes paths from where the process stands, which is not where PowerShell stands.
function Get-FullPath([string] $Path) {
    return $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
}

$here = Split-Path -Parent $MyInvocation.MyCommand.Path
if (-not $PlanFile) { $PlanFile = Join-Path $here 'machines.csv' }
$PlanFile = Get-FullPath $PlanFile
if ($KeyFile) { $KeyFile = Get-FullPath $KeyFile }
$script = [IO.File]::ReadAllText((Join-Path $here 'Move-License.ps1'))
$plan = [IO.File]::ReadAllText($PlanFile)
$rows = @(Import-Csv -Path $PlanFile | Where-Object { [int]$_.wave -eq $Wave })
$machines = @($rows | ForEach-Object { $_.machine } | Sort-Object -Unique)
$labels = @($rows | ForEach-Object { $_.key_label } | Sort-Object -Unique)

$lines = @()
if ($KeyFile) { $lines = @([IO.File]::ReadAllLines($KeyFile)) }
elseif (-not $DryRun) {
    foreach ($label in $labels) {
        $typed = Read-Host -Prompt "Key for $label" -AsSecureString
        $pointer = [Runtime.InteropServices.Marshal]::SecureStringToBSTR($typed)
        $lines += "$label=" + [Runtime.InteropServices.Marshal]::PtrToStringBSTR($pointer)
        [Runtime.InteropServices.Marshal]::ZeroFreeBSTR($pointer)
    }
}

$remote = {
    param($Script, $Plan, $Lines, $IsDryRun)
    $folder = Join-Path $env:ProgramData 'Perpetua\Fleet'
    New-Item -ItemType Directory -Path $folder -Force | Out-Null
    & "$env:SystemRoot\System32\icacls.exe" $folder /inheritance:r /grant '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' | Out-Null
    $files = @{ script = (Join-Path $folder 'Move-License.ps1'); plan = (Join-Path $folder 'machines.csv'); keys = (Join-Path $folder 'keys.txt') }
    try {
        [IO.File]::WriteAllText($files.script, $Script)
        [IO.File]::WriteAllText($files.plan, $Plan)
        [IO.File]::WriteAllLines($files.keys, [string[]]$Lines)
        $arguments = @('-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', $files.script, '-KeyFile', $files.keys, '-MaxDelayMinutes', '0')
        if ($IsDryRun) { $arguments += '-DryRun' }
        $output = & "$env:SystemRoot\System32\WindowsPowerShell\v1.0\powershell.exe" $arguments
        New-Object PSObject -Property @{ ExitCode = $LASTEXITCODE; Output = ($output -join "`n") }
    } finally {
        Remove-Item -Path $files.keys -Force -ErrorAction SilentlyContinue
    }
}

function Send-Proof([string] $Text) {
    $file = Join-Path $here 'report-to.txt'
    if ($DryRun -or -not $Text -or -not (Test-Path $file)) { return $false }
    try {
        $to = @([IO.File]::ReadAllLines($file))
        try { [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor 3072 } catch { }
        $client = New-Object Net.WebClient
        $client.Encoding = [Text.Encoding]::UTF8
        $client.Headers.Add('Authorization', 'Bearer ' + $to[1].Trim())
        $client.Headers.Add('Content-Type', 'text/csv; charset=utf-8')
        return ($client.UploadString($to[0].Trim(), $Text) -match '"stop":true')
    } catch { return $false }
}

$results = @()
$failed = 0
$isStopped = $false
for ($at = 0; $at -lt $machines.Count -and -not $isStopped; $at += $ThrottleLimit) {
    $last = [Math]::Min($at + $ThrottleLimit, $machines.Count) - 1
    $batch = @($machines[$at..$last])
    $answers = @(Invoke-Command -ComputerName $batch -ScriptBlock $remote -ArgumentList $script, $plan, $lines, ([bool]$DryRun) -ThrottleLimit $ThrottleLimit -ErrorAction SilentlyContinue)
    foreach ($machine in $batch) {
        $answer = $answers | Where-Object { $_.PSComputerName -eq $machine } | Select-Object -First 1
        $exit = 'unreachable'
        if ($answer) { $exit = "$($answer.ExitCode)" }
        $results += New-Object PSObject -Property @{ machine = $machine; wave = $Wave; exit_code = $exit; proof = "$(if ($answer) { $answer.Output })" }
        if ($exit -ne '0' -and $exit -ne '3010') { $failed++ }
        if ($exit -eq '10' -or $exit -eq '11') { $isStopped = $true }
    }
    $proof = @($answers | ForEach-Object { $_.Output } | Where-Object { $_ }) -join "`r`n"
    if (Send-Proof $proof) { $isStopped = $true }
    if ($results.Count -ge 10 -and ($failed * 100 / $results.Count) -gt $MaxFailurePercent) { $isStopped = $true }
}
$lines = $null
$columns = 'machine', 'wave', 'exit_code', 'proof'
$short = 'machine', 'wave', 'exit_code'
$results | Select-Object $columns | Export-Csv -Path (Join-Path $here "proof-wave-$Wave.csv") -NoTypeInformation
$tried = @($results | ForEach-Object { $_.machine })
$open = @($results | Where-Object { $_.exit_code -ne '0' -and $_.exit_code -ne '3010' } | Select-Object $short)
$open += @($machines | Where-Object { $tried -notcontains $_ } | ForEach-Object { New-Object PSObject -Property @{ machine = $_; wave = $Wave; exit_code = 'not tried' } })
$open | Select-Object $short | Export-Csv -Path (Join-Path $here 'retry.csv') -NoTypeInformation
if ($isStopped) { exit 2 }
exit 0
