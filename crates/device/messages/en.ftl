# What the device client says itself. Sentences for the installation's codes stand in crates/i18n.

retry-at = Try again from { $at }.
answer-unknown = The installation answered { $code }.

state-fresh = This machine is licensed. It asks for a new certificate from { $at }.
state-grace = This machine is licensed until { $at }, but overdue.
state-expired = The license has expired since { $at }.
state-term_over = The term that was bought ended at { $at }. The software stops.
state-not_yet_valid = The license is dated in the future, so the clock of this machine is wrong. Set it, then try again.
state-revoked = The license was revoked. The software stops.
state-other_machine = The license belongs to another machine. Activate this one.
state-other_product = The license is for another product.
state-version_not_covered = The license does not cover this version.
state-typed = This machine is licensed by a typed code until { $at }.
state-not_activated = This machine is not activated.
state-untrusted = The license is signed by a key that is not trusted. Refresh it.

overdue-certificate = A new certificate is overdue: connect the machine, or carry a request file.
overdue-list = A new revocation list is overdue: connect the machine, or carry the list.
allowed-remind = The software runs on and reminds.
allowed-reduce = The software runs with less until it is renewed.
allowed-stop = The software stops until it is renewed.
clock-set-back = The clock stands { $hours } hours behind the latest moment seen here. Setting it back wins no time.
moved = This machine differs much from the one that was activated. If the folder was copied, activate this machine for itself.

done-start-over = The old state was given up. Activate the machine again.
done-request = The request was written to { $path }. Carry it to a machine with network, or upload it in the portal.
done-chain = The chain of signing keys was followed.
done-list = Revocation list { $number } was taken.
done-typed = The code is accepted. This machine is licensed until { $at }.
done-long-code = The code is accepted.
done-pin = Check the root key with your operator before you build it in.
typed-request = Pass these nine groups on, and type the code that you are given:
passed-file = { $path }: requests { $requests }, refused { $refused }, answers in { $answers }
passed-nothing = { $path }: requests { $requests }, none was answered with a signature
passed-unreadable = a request that cannot be read
passed-unnamed = a machine without a name

error-file_failed = { $path }: { $why }
error-no_random_bytes = The system gives no random bytes: { $why }
error-software_invalid = The software's settings cannot be used: { $why }
error-unreachable = The installation cannot be reached: { $why }
error-answer_not_understood = Something answered that is not the installation. Check address and proxy.
error-state_tampered = The stored state was altered or does not belong to this machine key. Activate again with --start-over.
error-state_newer = The stored state is of a later version of this program. Update the software.
error-not_activated = This machine is not activated.
error-other_request = This is not the answer to a request of this machine that still waits.
error-signer_unknown = It is signed by a key that is not known here. Bring the chain file of the installation first.
error-signer_compromised = It is signed by a key that is no longer trusted.
error-signer_outside_period = It bears a date on which its signing key did not sign.
error-signature_wrong = The signature is wrong.
error-chain_not_newer = The chain is not newer than the one that is known here.
error-chain_of_other_root = The chain does not begin at the root key that this software trusts: it is from another installation.
error-list_went_back = The revocation list is older than the one that is known here.
error-list_conflicting = There are two different revocation lists with one number. Tell the publisher.
error-list_of_other_base = The file leads on from a list that is not here. Bring the whole list.
error-document_too_large = The file is too large.
error-document_truncated = The file is cut off. Bring the whole file.
error-document_of_other_kind = This is neither a response, nor a chain, nor a revocation list.
error-document_newer = The file is of a later version. Update the software.
error-document_damaged = The file is damaged.
error-document_is_request = This is a request. Carry it to the installation and bring the response back.

usage-wrong = { $what } (see perpetua-device --help)
usage-missing = { $what } is missing
usage-unknown-command = There is no command { $what }
usage-no-key = There is no product key: pass it on standard input or in a file with --key-file.
