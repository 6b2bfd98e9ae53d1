# Why a service request or a profile is not changed, and what their records say.

error-country_fixed = The country and the currency of an organization cannot be changed here. Turn to the operator.
error-reopen_too_late = This request could be opened again until { $until }. Open a new one.
error-request_closed = This request is closed. Open it again first.
error-request_settled = This request was settled. Open a new one.
error-request_state = Only the operator can ask for your attention.
field-error-request_text = { $max ->
    [one] Write at most { $max } character.
   *[other] Write 1 to { $max } characters.
}
field-error-request_title_long = Write a title of 1 to 256 characters on one line.
activity-request-changed = Changed request { $number }
activity-partner_profile-changed = Changed the profile of { $name }
