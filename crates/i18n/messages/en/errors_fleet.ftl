# Refusals of a customer's move away from volume licensing.

error-fleet_nothing_read = Nothing in the upload could be read as an inventory. Nothing was changed.
error-fleet_too_many_machines = { $max ->
    [one] A customer can have at most { $max } machine here. Nothing was changed.
   *[other] A customer can have at most { $max } machines here. Nothing was changed.
}
error-fleet_selection_too_large = { $max ->
    [one] At most { $max } machine can be chosen one by one. Choose by a filter instead.
   *[other] At most { $max } machines can be chosen one by one. Choose by a filter instead.
}
error-fleet_no_activations = { $missing ->
    [one] For { $missing } license no key has an activation left. Buy activations or enter a key first. Nothing was changed.
   *[other] For { $missing } licenses no key has an activation left. Buy activations or enter a key first. Nothing was changed.
}
error-fleet_wave_missing = There is no such wave.
error-fleet_signing_failed = The scripts could not be signed. Nothing was changed; tell whoever runs this installation.
error-fleet_wave_done = All machines of this wave have moved.
error-fleet_wave_held = This wave is stopped. Look at its failures and release it before you take its scripts.
error-fleet_wave_empty = No machine of this wave has to move any more.
error-fleet_empty = There is no machine yet. Upload an inventory first.
error-fleet_too_many_keys = There are as many keys as can be entered. Remove those that are used up.
error-fleet_too_many_priors = There are as many former licenses as can be recorded.
error-fleet_token_unknown = This token belongs to no wave, was replaced by that of a newer script pack, or has ended.
error-fleet_report_too_large = The report is too large. Send its lines in several parts.
error-fleet_report_malformed = The report has no line that can be read.
field-error-fleet_upload_empty = There is nothing in the upload.
field-error-fleet_upload_too_large = The upload is too large. Send it in several parts.
field-error-fleet_table_unreadable = The table cannot be read.
field-error-fleet_columns_unknown = The table needs a header with the columns product and quantity.
field-error-fleet_label_wrong = Give the key a short name without =, quotation marks and the key itself.
field-error-fleet_label_taken = Another key has this name already.
field-error-fleet_product_unknown = This product is not known. Write it like Windows Server 2022 Standard.
field-error-fleet_key_kms_client = This is a generic client key for key hosts. It activates nothing by itself; a multiple activation key is needed.
field-error-fleet_key_malformed = A key has five groups of five letters and digits.
field-error-fleet_wave_missing = There is no such wave.
field-error-fleet_order_circle = This already has to move first, so everything would wait for everything else.
field-error-fleet_wave_done = All machines of this wave have moved.
