<#
.SYNOPSIS
Writes this machine's licenses as JSON, for the forecast. Changes nothing; no full key and no user name is read.

.DESCRIPTION
Run it again after the move and hand the files to "perpetua fleet plan": that is the proof per machine. Needs
PowerShell 3; without it use: cscript //Nologo %SystemRoot%\System32\slmgr.vbs /dlv
#>
param([string] $Path = (Join-Path (Get-Location) "$env:COMPUTERNAME.json"))

$ErrorActionPreference = 'Stop'
$service = Get-CimInstance SoftwareLicensingService
$system = Get-CimInstance Win32_OperatingSystem
$computer = Get-CimInstance Win32_ComputerSystem
$names = 'ID', 'ApplicationID', 'Name', 'Description', 'LicenseStatus', 'LicenseStatusReason', 'GracePeriodRemaining', 'PartialProductKey',
    'LicenseIsAddon', 'ProductKeyChannel', 'VLActivationType', 'VLActivationInterval', 'VLRenewalInterval', 'KeyManagementServiceMachine',
    'DiscoveredKeyManagementServiceMachineName', 'DiscoveredKeyManagementServiceMachinePort'
$products = @()
foreach ($class in 'SoftwareLicensingProduct', 'OfficeSoftwareProtectionProduct') {
    try { $found = @(Get-CimInstance $class -Filter 'PartialProductKey IS NOT NULL' -Property $names) }
    catch {
        # Old systems do not know every name.
        try { $found = @(Get-CimInstance $class -Filter 'PartialProductKey IS NOT NULL') } catch { $found = @() }
    }
    $products += @($found | Select-Object $names)
}
$inventory = @{
    schema = 'fleet-inventory/1'
    collected_at = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)
    host = @{ name = $env:COMPUTERNAME; domain = "$($computer.Domain)"; os_caption = "$($system.Caption)"; os_build = "$($system.BuildNumber)"; ui_language = "$([Globalization.CultureInfo]::InstalledUICulture.Name)" }
    service = @{ version = "$($service.Version)"; cmid = "$($service.ClientMachineID)" }
    products = $products
}
# .NET takes paths from where the process stands, which is not where PowerShell stands.
$Path = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
[IO.File]::WriteAllText($Path, ($inventory | ConvertTo-Json -Depth 4))
