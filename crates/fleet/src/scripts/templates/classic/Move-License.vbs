' For machines without PowerShell: moves Windows to a multiple activation key through the licensing service.
' Call: cscript //Nologo Move-License.vbs keyfile [/dryrun]
' keyfile holds the key on its first line and is readable by administrators only; the key is no argument and is
' not printed. slmgr.vbs /ipk would need the key on its command line, so it is not used for installing.
' Exit codes are those of Move-License.ps1.
Option Explicit
Dim arguments, key, tail, isDryRun, code
Set arguments = WScript.Arguments
If arguments.Count < 1 Then WScript.Quit 16
isDryRun = False
If arguments.Count > 1 Then isDryRun = (LCase(arguments(1)) = "/dryrun")
key = ReadKey(arguments(0))
If Len(key) <> 29 Then WScript.Quit 16
tail = Right(key, 5)
code = Move(key, tail, isDryRun)
key = ""
WScript.Quit code

Function ReadKey(path)
    Dim files, stream
    ReadKey = ""
    Set files = CreateObject("Scripting.FileSystemObject")
    If files.FileExists(path) Then
        Set stream = files.OpenTextFile(path, 1)
        If Not stream.AtEndOfStream Then ReadKey = UCase(Trim(stream.ReadLine))
        stream.Close
    End If
End Function

Function Find(services, tail)
    Dim item
    Set Find = Nothing
    For Each item In services.ExecQuery("SELECT * FROM SoftwareLicensingProduct WHERE ApplicationID='55c92734-d682-4d71-983e-d6ec3f16059f' AND PartialProductKey='" & tail & "'")
        Set Find = item
    Next
End Function

Function Move(key, tail, isDryRun)
    Dim services, service, product, status
    Move = 1
    Set services = GetObject("winmgmts:{impersonationLevel=impersonate}!\\.\root\cimv2")
    Set product = Find(services, tail)
    If Not product Is Nothing Then
        If product.LicenseStatus = 1 And InStr(product.Description, "VOLUME_MAK") > 0 Then
            Move = 0
            Exit Function
        End If
    End If
    If isDryRun Then
        Move = 0
        Exit Function
    End If
    On Error Resume Next
    For Each service In services.InstancesOf("SoftwareLicensingService")
        Err.Clear
        service.InstallProductKey key
        If Err.Number <> 0 Then
            Move = ExitCode(Err.Number)
            Exit Function
        End If
        service.RefreshLicenseStatus
    Next
    Set product = Find(services, tail)
    If product Is Nothing Then
        Move = 20
        Exit Function
    End If
    If InStr(product.Description, "VOLUME_MAK") = 0 Then
        product.UninstallProductKey
        Move = 20
        Exit Function
    End If
    Err.Clear
    product.Activate
    If Err.Number <> 0 Then
        Move = ExitCode(Err.Number)
        Exit Function
    End If
    Set product = Find(services, tail)
    ' A condition that fails would be taken for true here, so the state is read before it is asked for.
    status = 0
    status = product.LicenseStatus
    Move = 20
    If status = 1 Then Move = 0
End Function

Function ExitCode(number)
    ' The engine gives some results a number of its own: 70 where access is denied, 462 where nobody answers.
    Select Case Hex(number)
        Case "C004C008", "C004C020", "C004C021": ExitCode = 10
        Case "C004C003", "C004F051": ExitCode = 11
        Case "C004E016", "C004F069", "C004F050", "C004F034", "C004F212", "C004B100": ExitCode = 12
        Case "80072EE2", "80072EE7", "80072EFD", "80072F8F", "8007232A", "8007232B", "8007251D", "8007007B", "80092328", "800706BA", "1CE": ExitCode = 13
        Case "80070005", "46": ExitCode = 14
        Case "C004D302": ExitCode = 3010
        Case Else: ExitCode = 1
    End Select
End Function
