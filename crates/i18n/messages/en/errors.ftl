# What went wrong, for people: one message per stable problem code, `error-CODE`.
