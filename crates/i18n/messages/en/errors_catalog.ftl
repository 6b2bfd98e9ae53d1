# Price sheets, media, policies and tax rates, as the operator keeps them.

flash-sheet-published = The price sheet is published.
flash-sheet-discarded = The price sheet is discarded.
flash-media-added = The medium was added.
flash-media-withdrawn = The medium was withdrawn.
flash-terms-saved = Saved.

## Price sheets

prices-empty = No price sheet yet
prices-empty-how = Upload the first one above. Nothing is sold before a sheet is published.
prices-rows-read = { $count ->
    [one] { $count } row read
   *[other] { $count } rows read
}
prices-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}
prices-unchanged = Unchanged prices
prices-bad-next = Next bad rows
prices-bad-in-all = { $count ->
    [one] { $count } bad row in all
   *[other] { $count } bad rows in all
}
field-published = Published
sheet-state-reading = Being read
sheet-state-ready = Waits for you
sheet-state-failed = Failed
sheet-state-published = Published
sheet-state-superseded = Superseded
sheet-state-discarded = Discarded
sheet-error-not_csv = This is not a CSV file.
sheet-error-wrong_header = The first row is not the header of a price sheet.
sheet-error-missing_column = The column { $name } is missing.
sheet-error-duplicate_column = The column { $name } stands twice in the header.
sheet-error-broken_quoting = The quotes in line { $line } do not match.
sheet-error-line_too_long = Line { $line } is too long.
sheet-error-too_many_rows = The sheet has more than { $max } rows.
sheet-error-too_large = The sheet has more than { $max } bytes.
sheet-error-empty = The sheet has no rows.
sheet-error-zip_many = The archive holds more than one file.
sheet-error-zip_path_traversal = A name in the archive points outside of it.
sheet-error-zip_bomb = The archive inflates beyond every measure.
sheet-error-zip_encrypted = The archive needs a password.
sheet-error-zip_unsupported = The archive uses an unknown compression method.
sheet-error-zip_damaged = The archive is damaged.
sheet-error-truncated = The file ends too early.
sheet-error-unreadable = The file could not be read.
sheet-error-interrupted = Reading was interrupted by a restart. Upload the sheet again.
sheet-error-internal = Reading failed. Upload the sheet again.
row-error-not_a_number = Not a number.
row-error-negative = Below zero.
row-error-too_precise = More than six decimal places.
row-error-too_large = Too large.
row-error-unknown_currency = Unknown currency.
row-error-unknown_country = Unknown country.
row-error-bad_date = Not a date of the form month/day/year.
row-error-bad_term = Not a term that can be sold.
row-error-bad_billing_plan = Not a billing plan that fits the term.
row-error-bad_segment = Unknown segment.
row-error-bad_id = Not an id of the right form.
row-error-bad_change_indicator = Not Add, Change or Unchanged.
row-error-empty_tier = The tier holds no quantity.
row-error-bad_bit = Unknown processor.
row-error-bad_word = Not one of the allowed words.
row-error-bad_path = Not a usable file name.
row-error-missing_value = A value is missing.
row-error-too_long = More than { $max } characters.
row-error-control_character = Holds control characters.
row-error-not_utf8 = Holds bytes that are not UTF-8.
row-error-wrong_field_count = { $found } values where { $expected } are expected.
row-error-ends_before_start = Ends before it begins.
row-error-duplicate_row = The same as line { $first_line }.
row-error-overlapping_validity = Valid at the same time as line { $first_line }.
row-error-overlapping_tiers = Covers the same quantities as line { $first_line }.
row-error-contradicts_row = Contradicts line { $first_line }.
row-error-too_many_prices = More than { $max } prices for one item.
error-sheet_not_ready = This price sheet cannot be published or discarded any more.
error-sheet_has_bad_rows = { $count ->
    [one] { $count } row cannot be used. Correct it, or publish without it.
   *[other] { $count } rows cannot be used. Correct them, or publish without them.
}
error-sheet_has_no_good_rows = No row of this sheet can be used.
error-sheet_outdated = Another sheet was published for one of these markets in the meantime. Upload this one again to see what it would change now.

## Media

media-empty = No media yet
media-empty-how = Upload a file below. Partners see before buying which versions, languages and bits exist.
media-state-available = Available
media-state-withdrawn = Withdrawn
action-withdraw = Withdraw
filter-any = All
field-version-rank = Order of the version
hint-version-rank = A number; newer versions have a higher one.
error-media_exists = This version, language, bit and file type has a file already. Withdraw that one first.
error-media_withdrawn = This medium was withdrawn before.
error-media_unavailable = Media storage does not answer right now.
error-upload_broken = The upload broke off. Nothing was kept.
error-manifest_unreadable = The manifest cannot be read: { $code }.
error-media_file_missing = Line { $line } names { $file }, which is not in the folder.
field-error-unknown_product = No published price sheet names this product.
field-error-contradicts_version = This version is known under another order.
field-error-bad_file_name = The file needs a plain name.
field-error-media_empty = The file is empty.
field-error-media_too_large = The file is larger than 64 GB.
field-error-file_too_large = The file is too large.
field-error-not_a_language = Enter a language tag such as en-US.

## Policies and tax rates

field-refund-full-hours = Hours with full credit
hint-refund-full-hours = Only for software with a term; leave both empty for full credit during the whole window.
field-refund-total-days = Days with a credit in proportion
field-link-lifetime-days = Days that a download link lives
field-link-uses-max = Downloads per link
policy-refund-full = 100%
policy-refund-pro-rata = 100% for { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
}, then in proportion up to { $days ->
    [one] { $days } day
   *[other] { $days } days
}
tax-class-software = Software
tax-class-service = Service
error-tax_rates_unreadable = Line { $line } of the tax rates cannot be read.
field-error-not_after_latest = Must begin after the latest rate of this country.
field-error-rate_out_of_range = Enter a rate from 0 to 100 percent.
field-error-not_in_range = Enter a number from { $min } to { $max }.
field-error-not_a_count = Enter a number.
field-error-not_a_date = Enter a date.
prices-segment-commercial = Commercial
prices-segment-education = Education
prices-segment-government = Government
prices-segment-nonprofit = Nonprofit
