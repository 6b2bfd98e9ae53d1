<#
.SYNOPSIS
Moves this machine from a key host to a multiple activation key, or shows what it would do.

.DESCRIPTION
What it changes: the product key of Windows and Office licenses that machines.csv names for this machine.
What it never changes: other licenses, add-ons, key host settings, rearm counters.

Phases: Check (changes nothing), Install, Activate, Verify, Report. Each can run alone; running twice does no
harm and costs no second activation. Undo takes the new key away again and installs the generic one of before, which
the key file has under BACK- and the label. Everything is decided by numbers of the licensing service, never by text,
so the language of the machine does not matter. Works with PowerShell 2 and later, with CIM or WMI.

Where report-to.txt stands beside this script, each report also goes to the address in its first line, with the
token in its second. A report that does not arrive changes nothing: report.csv keeps it.

The key comes from a file that only administrators and SYSTEM may read, or from standard input, one LABEL=KEY
per line. It is never an argument, never printed and never part of the report.

Exit codes: 0 done, 3010 restart advised, 10 activations used up, 11 key blocked, 12 wrong edition or version,
13 no network to the activation service, 14 not elevated, 15 several licenses fit, 16 no usable key was given,
20 verification failed (a key of another channel was taken back), 1 anything else.
#>
param(
    [ValidateSet('All', 'Check', 'Install', 'Activate', 'Verify', 'Report', 'Undo')]
    [string] $Phase = 'All',
    [string] $PlanFile,
    [string] $KeyFile,
    [switch] $KeyFromInput,
    [switch] $KeepKeyFile,
    [string] $StateFolder,
    [string] $ReportFile,
    [int] $MaxDelayMinutes = 10,
    [switch] $DryRun
)

$ErrorActionPreference = 'Stop'
# .NET takes paths from where the process stands, which is not where PowerShell stands.
function Get-FullPath([string] $Path) {
    return $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
}

$here = Split-Path -Parent $MyInvocation.MyCommand.Path
if (-not $PlanFile) { $PlanFile = Join-Path $here 'machines.csv' }
if (-not $ReportFile) { $ReportFile = Join-Path $here 'report-to.txt' }
if (-not $StateFolder) { $StateFolder = Join-Path $env:ProgramData 'Perpetua\Fleet' }
$PlanFile = Get-FullPath $PlanFile
$ReportFile = Get-FullPath $ReportFile
$StateFolder = Get-FullPath $StateFolder
if ($KeyFile) { $KeyFile = Get-FullPath $KeyFile }
$hasCim = [bool](Get-Command Get-CimInstance -ErrorAction SilentlyContinue)
$changes = @('Check', 'Verify', 'Report') -notcontains $Phase
$windowsId = '55c92734-d682-4d71-983e-d6ec3f16059f'

function Get-Instance([string] $Class, [string] $Filter) {
    if ($hasCim) {
        if ($Filter) { return @(Get-CimInstance -ClassName $Class -Filter $Filter) }
        return @(Get-CimInstance -ClassName $Class)
    }
    if ($Filter) { return @(Get-WmiObject -Class $Class -Filter $Filter) }
    return @(Get-WmiObject -Class $Class)
}

function Invoke-On($Instance, [string] $Method, [hashtable] $With) {
    if ($hasCim) {
        if ($With) { return Invoke-CimMethod -InputObject $Instance -MethodName $Method -Arguments $With }
        return Invoke-CimMethod -InputObject $Instance -MethodName $Method
    }
    $parameters = $null
    if ($With) {
        $parameters = $Instance.GetMethodParameters($Method)
        foreach ($name in $With.Keys) { $parameters[$name] = $With[$name] }
    }
    return $Instance.InvokeMethod($Method, $parameters, $null)
}

# The classes of a license: Office 2010, and Office on Windows 7, have a service of their own.
function Get-Classes([string] $Application) {
    New-Object PSObject -Property @{ Service = 'SoftwareLicensingService'; Product = 'SoftwareLicensingProduct' }
    if ($Application -ne $windowsId -and @(Get-WmiClassNames 'OfficeSoftwareProtectionProduct').Count -gt 0) {
        New-Object PSObject -Property @{ Service = 'OfficeSoftwareProtectionService'; Product = 'OfficeSoftwareProtectionProduct' }
    }
}

function Get-WmiClassNames([string] $Class) {
    try {
        if ($hasCim) { return @(Get-CimClass -ClassName $Class -ErrorAction Stop | ForEach-Object { $_.CimClassName }) }
        return @(Get-WmiObject -List -Class $Class -ErrorAction Stop | ForEach-Object { $_.Name })
    } catch { return @() }
}

# Installed licenses of an application, each with the classes that it came from.
function Get-Licenses([string] $Application) {
    foreach ($pair in @(Get-Classes $Application)) {
        $filter = "ApplicationID='$Application' AND PartialProductKey <> null"
        foreach ($product in @(Get-Instance $pair.Product $filter)) {
            if (-not $product.LicenseIsAddon) {
                New-Object PSObject -Property @{ Product = $product; Service = $pair.Service; Class = $pair.Product }
            }
        }
    }
}

function Test-Mak($Product) {
    if ($Product.ProductKeyChannel -and ("$($Product.ProductKeyChannel)" -eq 'Volume:MAK')) { return $true }
    $text = "$($Product.Description)"
    return ($text.Contains('VOLUME_MAK') -or $text.Contains('(MAK)'))
}

function Get-ErrorCode($Record) {
    # Errors of CIM have their code in the name of the error only.
    if ("$($Record.FullyQualifiedErrorId)" -match '^HRESULT 0x([0-9A-Fa-f]{8})') { return '0x' + $matches[1].ToUpperInvariant() }
    $exception = $Record.Exception
    while ($exception) {
        foreach ($name in 'ErrorCode', 'HResult') {
            $value = $exception.$name
            # 0x8013 are the codes of .NET itself, which say nothing.
            if ($value -is [int] -and $value -lt 0 -and ($value -band 0xFFFF0000) -ne 0x80130000) { return ('0x{0:X8}' -f $value) }
        }
        if ("$($exception.Message)" -match '0x([0-9A-Fa-f]{8})') { return '0x' + $matches[1].ToUpperInvariant() }
        $exception = $exception.InnerException
    }
    return '0x80004005'
}

function Get-ExitCode([string] $Code) {
    switch -Regex ($Code) {
        '^0xC004C0(08|20|21)$' { return 10 }
        '^0xC004C003$|^0xC004F051$' { return 11 }
        '^0xC004E016$|^0xC004F069$|^0xC004F050$|^0xC004F034$|^0xC004F212$|^0xC004B100$' { return 12 }
        '^0x80072' { return 13 }
        '^0x8007232B$|^0x8007007B$|^0x80092328$|^0x800706BA$' { return 13 }
        '^0x80070005$' { return 14 }
        '^0xC004D302$' { return 3010 }
        default { return 1 }
    }
}

# Lines LABEL=KEY become a table. What people paste is cleaned: long dashes, blanks, lower case.
function Read-Keys {
    $lines = @()
    if ($KeyFromInput) { $lines = @([Console]::In.ReadToEnd() -split "`r?`n") }
    elseif ($KeyFile -and (Test-Path $KeyFile)) { $lines = @([IO.File]::ReadAllLines($KeyFile)) }
    $keys = @{}
    foreach ($line in $lines) {
        $at = "$line".IndexOf('=')
        if ($at -le 0) { continue }
        $key = "$line".Substring($at + 1).ToUpperInvariant() -replace '[\u2010-\u2015\u2212]', '-' -replace '\s', ''
        if ($key -match '^[A-Z0-9]{5}(-[A-Z0-9]{5}){4}$') { $keys["$line".Substring(0, $at).Trim()] = $key }
    }
    return $keys
}

function Send-Report([string] $Line) {
    if (-not (Test-Path $ReportFile)) { return }
    try {
        $to = @([IO.File]::ReadAllLines($ReportFile))
        try { [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor 3072 } catch { }
        $client = New-Object Net.WebClient
        $client.Encoding = [Text.Encoding]::UTF8
        $client.Headers.Add('Authorization', 'Bearer ' + $to[1].Trim())
        $client.Headers.Add('Content-Type', 'text/csv; charset=utf-8')
        $client.UploadString($to[0].Trim(), $Line) | Out-Null
    } catch { }
}

function Write-Report($Row, $Before, $After, [string] $Code, [int] $Exit, [DateTime] $Began) {
    $report = New-Object PSObject -Property @{
        host = $env:COMPUTERNAME
        time = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)
        application = $Row.application
        old_partial_key = $Row.old_partial_key
        new_partial_key = "$(if ($After) { $After.PartialProductKey })"
        channel = "$(if ($After) { if (Test-Mak $After) { 'mak' } else { 'other' } })"
        status_before = "$(if ($Before) { $Before.LicenseStatus })"
        status_after = "$(if ($After) { $After.LicenseStatus })"
        result = $Code
        exit_code = $Exit
        seconds = [int]([DateTime]::UtcNow - $Began).TotalSeconds
        phase = $Phase
        dry_run = [bool]$DryRun
    }
    $columns = 'host', 'time', 'application', 'old_partial_key', 'new_partial_key', 'channel', 'status_before', 'status_after', 'result', 'exit_code', 'seconds', 'phase', 'dry_run'
    $lines = @($report | Select-Object $columns | ConvertTo-Csv -NoTypeInformation)
    $lines[1]
    if (-not $DryRun) {
        $file = Join-Path $StateFolder 'report.csv'
        if (-not (Test-Path $file)) { Add-Content -Path $file -Value $lines[0] }
        Add-Content -Path $file -Value $lines[1]
        # A look that finds the move not made yet is no failure of a move.
        if ($changes -or $Exit -eq 0) { Send-Report $lines[1] }
    }
}

# What is needed for the way back, written once and before anything is changed.
function Save-State($Row, $License) {
    $product = $License.Product
    $file = Join-Path $StateFolder ('before-' + $Row.application + '-' + $product.PartialProductKey + '.xml')
    if (Test-Path $file) { return }
    New-Object PSObject -Property @{
        PartialProductKey = "$($product.PartialProductKey)"
        Description = "$($product.Description)"
        LicenseStatus = [int]$product.LicenseStatus
        KeyManagementServiceMachine = "$($product.KeyManagementServiceMachine)"
        KeyManagementServicePort = "$($product.KeyManagementServicePort)"
        ActivationID = "$($product.ID)"
    } | Export-Clixml -Path $file
}

function Find-ByTail($Row, [string] $Tail) {
    return @(Get-Licenses $Row.application | Where-Object { $Tail -and $_.Product.PartialProductKey -eq $Tail }) | Select-Object -First 1
}

function Install-Key($Service, [string] $Key) {
    $instance = @(Get-Instance $Service '')[0]
    Invoke-On $instance 'InstallProductKey' @{ ProductKey = $Key } | Out-Null
    try { Invoke-On $instance 'RefreshLicenseStatus' $null | Out-Null } catch { }
}

# A key of another channel is taken back: removed, and the generic client key of before installed again where
# the key file carries it under BACK-<label>.
function Undo-Key($Row, $License, [hashtable] $Keys) {
    try { Invoke-On $License.Product 'UninstallProductKey' $null | Out-Null } catch { }
    $back = $Keys['BACK-' + $Row.key_label]
    if ($back) {
        Install-Key $License.Service $back
        $old = Find-ByTail $Row $back.Substring($back.Length - 5)
        if ($old) { try { Invoke-On $old.Product 'Activate' $null | Out-Null } catch { } }
    }
}

# Office of old systems is activated by its own script where its service has no such method.
function Invoke-Activate($License) {
    try {
        Invoke-On $License.Product 'Activate' $null | Out-Null
    } catch {
        $script = @("$env:ProgramFiles", "${env:ProgramFiles(x86)}" | Where-Object { $_ } |
            ForEach-Object { Get-ChildItem -Path (Join-Path $_ 'Microsoft Office') -Filter 'ospp.vbs' -Recurse -ErrorAction SilentlyContinue }) | Select-Object -First 1
        $isOffice = $License.Class -eq 'OfficeSoftwareProtectionProduct'
        if (-not ($isOffice -and $script -and (Test-Path "$env:SystemRoot\System32\cscript.exe"))) { throw }
        $text = (& "$env:SystemRoot\System32\cscript.exe" //Nologo $script.FullName /act) -join ' '
        if ($text -match '0xC004[0-9A-Fa-f]{4}|0x8007[0-9A-Fa-f]{4}') { throw "activation answered $($matches[0])" }
    }
    $service = @(Get-Instance $License.Service '')[0]
    try { Invoke-On $service 'RefreshLicenseStatus' $null | Out-Null } catch { }
}

function Select-Current($Row) {
    $all = @(Get-Licenses $Row.application)
    if ($Row.old_partial_key) {
        $named = @($all | Where-Object { $_.Product.PartialProductKey -eq $Row.old_partial_key })
        if ($named.Count -eq 1) { return $named[0] }
    }
    $live = @($all | Where-Object { $_.Product.LicenseStatus -eq 1 })
    if ($live.Count -eq 1) { return $live[0] }
    $notDead = @($all | Where-Object { $_.Product.LicenseStatus -ne 0 })
    if ($live.Count -eq 0 -and $notDead.Count -eq 1) { return $notDead[0] }
    if ($all.Count -eq 1) { return $all[0] }
    return $null
}

# One license of this machine; the answer is an exit code.
function Move-One($Row, [hashtable] $Keys) {
    $began = [DateTime]::UtcNow
    $key = $Keys[$Row.key_label]
    $tail = $Row.key_tail
    if ($key) { $tail = $key.Substring($key.Length - 5) }
    $before = $null
    $after = $null
    $exit = 0
    $code = '0x00000000'
    try {
        $done = Find-ByTail $Row $tail
        $current = Select-Current $Row
        # Where nobody knows the end of the new key, a multiple activation key in the place of the old one is it.
        if (-not $tail -and $current -and (Test-Mak $current.Product) -and $current.Product.PartialProductKey -ne $Row.old_partial_key) {
            $done = $current
            $tail = $done.Product.PartialProductKey
        }
        if ($current) { $before = $current.Product }
        if ($done -and $done.Product.LicenseStatus -eq 1 -and $Phase -ne 'Undo') {
            $after = $done.Product
            if (-not (Test-Mak $after)) { $exit = 20 }
        } elseif (-not $current -and -not $done) {
            $exit = 15
        } elseif ($Phase -eq 'Check' -or $DryRun) {
            $after = $before
        } elseif ($Phase -eq 'Verify' -or $Phase -eq 'Report') {
            if ($done) { $after = $done.Product } else { $after = $before }
            $exit = 20
        } elseif ($Phase -eq 'Undo') {
            if ($done) { Undo-Key $Row $done $Keys }
            $current = Select-Current $Row
            if ($current) { $after = $current.Product }
        } else {
            if (-not $done -and $Phase -ne 'Activate') {
                if (-not $key) { $exit = 16 } else {
                    Save-State $Row $current
                    Install-Key $current.Service $key
                    $done = Find-ByTail $Row $tail
                }
            }
            $key = $null
            if ($exit -eq 0 -and -not $done) { $exit = 20 }
            if ($exit -eq 0 -and -not (Test-Mak $done.Product)) {
                Undo-Key $Row $done $Keys
                $exit = 20
            }
            if ($exit -eq 0 -and $Phase -ne 'Install') {
                Invoke-Activate $done
                $done = Find-ByTail $Row $tail
            }
            if ($done) { $after = $done.Product }
            if ($exit -eq 0 -and $Phase -ne 'Install' -and -not ($after -and $after.LicenseStatus -eq 1)) { $exit = 20 }
        }
    } catch {
        $code = Get-ErrorCode $_
        $exit = Get-ExitCode $code
        try {
            $found = Find-ByTail $Row $tail
            if ($found) { $after = $found.Product }
        } catch { }
    }
    Write-Report $Row $before $after $code $exit $began | Out-Host
    return $exit
}

$identity = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $identity.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) { exit 14 }
if (-not (Test-Path $PlanFile)) { exit 1 }

$domain = [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().DomainName
$names = @($env:COMPUTERNAME, "$env:COMPUTERNAME.$domain")
$rows = @(Import-Csv -Path $PlanFile | Where-Object { $names -contains $_.machine })
if ($rows.Count -eq 0) { exit 0 }

if (-not $DryRun -and -not (Test-Path $StateFolder)) {
    New-Item -ItemType Directory -Path $StateFolder -Force | Out-Null
    & "$env:SystemRoot\System32\icacls.exe" $StateFolder /inheritance:r /grant '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' | Out-Null
}
if ($MaxDelayMinutes -gt 0 -and -not $DryRun -and $Phase -eq 'All') {
    # A thousand machines do not start together.
    Start-Sleep -Seconds (Get-Random -Minimum 0 -Maximum ($MaxDelayMinutes * 60))
}

$keys = Read-Keys
$worst = 0
foreach ($row in $rows) {
    $exit = @(Move-One $row $keys)[-1]
    if ($exit -ne 0 -and ($worst -eq 0 -or $worst -eq 3010)) { $worst = $exit }
}
$keys.Clear()
if ($KeyFile -and $changes -and -not $KeepKeyFile -and -not $DryRun -and $worst -eq 0 -and (Test-Path $KeyFile)) { Remove-Item -Path $KeyFile -Force }
exit $worst
