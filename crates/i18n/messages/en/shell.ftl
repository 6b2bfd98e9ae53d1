# Signing in, and what every portal says about failures.

sign-in-title = Sign in
sign-in-intro = Buy, download and manage on-premises software.
forgot-password = Forgot your password?
choose-title = For which organization?
prove-title = Is it still you?
prove-intro = Pages with keys ask for your password once an hour.
action-prove = Continue
flash-signed-out = You are signed out.

error-title-not-found = Not found
error-title-refused = Not allowed
error-title-failed = Something went wrong
error-title-not-done = That did not work
error-advice-report = Nothing was changed. If it happens again, tell your administrator the request number below.
error-advice-later = Nothing was changed. Please try again in a moment.
error-back-home = To the home page

error-unknown = The request could not be carried out. Nothing was changed.
error-internal = An unexpected error occurred.
error-busy = The server is very busy right now.
error-not_found = There is no such page, or it is not yours to see.
error-missing_role = Your roles do not allow this.
error-relationship_ended = The relationship with this customer has ended.
error-changed_elsewhere = Somebody changed this in the meantime. Load the page again and look at the present state.
error-exists_already = This exists already.
error-invalid_input = Some fields need another look.
error-form_expired = This form is out of date. Load the page again and send it once more.
error-foreign_form = This form came from another site, so it was not accepted.
error-form_broken_off = The form did not arrive whole. Send it once more.
error-form_too_large = The form holds too much.
error-not_utf8 = The form holds characters that cannot be read.
error-too_many_attempts = Too many attempts. Wait a minute and try again.
error-sign_in_failed = E-mail address or password is wrong. After several wrong tries, wait a few minutes before the next one.
error-fresh_sign_in_needed = Please give your password again.
error-operator_exists = This installation already has its operator.
