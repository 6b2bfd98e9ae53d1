# Co se nepovedlo, pro lidi: jedna zpráva na každý stálý kód problému, `error-KÓD`.
