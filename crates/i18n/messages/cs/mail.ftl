# Pošta: text i HTML vznikají z týchž zpráv. Žádná zpráva neobsahuje klíč, heslo ani víc z žádosti, než smí její čtenář vědět.

mail-greeting = Dobrý den,
mail-greeting-name = Dobrý den, { $name },
mail-why-member = Za organizaci { $tenant }, pro kterou pracujete, dostáváte tuto zprávu.
mail-why-invited = Tuto zprávu dostáváte, protože na tuto adresu někdo poslal pozvánku. Nevíte-li proč, nemusíte nic dělat.
mail-why-reset = Tuto zprávu dostáváte, protože někdo požádal o nové heslo pro tuto adresu. Pokud jste to nebyli vy, nemusíte nic dělat: heslo zůstává stejné.
mail-why-named = Tuto zprávu dostáváte, protože tato adresa je uvedena v žádosti.
mail-choose = Vybrat, které zprávy dostávat
mail-item = { $quantity } × { $product }
mail-note = { $author } píše: { $note }
mail-keys-after-sign-in = Produktové klíče a soubory ke stažení najdete po přihlášení. Klíč v e-mailu nikdy nestojí.
mail-open-order = Otevřít objednávku
mail-open-software = Otevřít software
mail-open-request = Otevřít žádost
mail-open-people = Otevřít osoby

mail-fact-order = Objednávka
mail-fact-partner = Partner
mail-fact-customer = Zákazník
mail-fact-ordered = Objednáno
mail-fact-purchase-order = Číslo objednávky zákazníka
mail-fact-total = Celkem včetně daně
mail-fact-credit-note = Dobropis
mail-fact-credit = Dobropisováno včetně daně
mail-fact-cancel-until = Lze zrušit do
mail-fact-request = Žádost
mail-fact-title = Název
mail-fact-answer-until = První odpověď do
mail-fact-reply = Odpověď
mail-fact-roles = Role
mail-fact-reason = Důvod
mail-fact-term-ends = Konec období

mail-order-placed-subject-partner = Objednávka { $number } pro zákazníka { $customer }
mail-order-placed-partner = Tuto objednávku pro zákazníka { $customer } zadal uživatel { $by }.
mail-order-placed-subject-customer = Partner { $partner } pro vás objednal software
mail-order-placed-customer = Partner { $partner } objednal software pro organizaci { $customer }. Je pro vás připraven.
mail-order-cancelled-subject-partner = Objednávka { $number }: zrušené nákupy
mail-order-cancelled-partner = Tyto nákupy pro zákazníka { $customer } byly zrušeny. Klíč, ze kterého nic nezbývá, už žádný počítač neaktivuje.
mail-order-cancelled-subject-customer = Partner { $partner } zrušil software z objednávky { $number }
mail-order-cancelled-customer = Tyto nákupy pro organizaci { $customer } byly zrušeny. Klíč, ze kterého nic nezbývá, už žádný počítač neaktivuje.
mail-window-closes-subject-partner = Objednávku { $number } lze zrušit do { $closes }
mail-window-closes-partner = Tyto nákupy pro zákazníka { $customer } lze zrušit s plným dobropisem do { $closes }. Mají-li zůstat, není třeba nic dělat.

mail-request-received-subject = Žádost { $number } jsme přijali
mail-request-received-text = Vaši žádost { $number } jsme přijali. O každé její změně vám napíšeme.
mail-request-filed-subject = Nová žádost { $number }: { $customer }
mail-request-filed-text = Někdo žádá o pomoc pro organizaci { $customer } a čeká na odpověď.
mail-request-changed-subject = Žádost { $number }: je tu něco nového
mail-request-changed-text = V žádosti { $number } je něco nového.
mail-request-attention-subject = Žádost { $number } čeká na vaši odpověď
mail-request-attention-text = Aby se v žádosti { $number } dalo pokračovat, je od vás něco potřeba.
mail-request-credited-subject = Žádost { $number } skončila dobropisem
mail-request-credited-text = Oč žádost { $number } žádala, bylo dobropisováno.
mail-request-refused-subject = Žádost { $number } byla zamítnuta
mail-request-refused-text = Žádost { $number } byla zamítnuta.
mail-request-withdrawn-subject = Žádost { $number } byla vzata zpět
mail-request-withdrawn-text = Žádost { $number } byla vzata zpět.
mail-request-closed-subject = Žádost { $number } je uzavřena
mail-request-closed-text = Žádost { $number } je uzavřena.

mail-invitation-subject = Pozvánka do organizace { $organization }
mail-invitation-text = Jste zváni k práci pro organizaci { $organization }. Pozvánka platí do { $until } a lze ji použít jednou.
mail-invitation-action = Přijmout pozvánku
mail-invitation-remark = Pozvánku může přijmout každý, kdo má tuto zprávu: nepřeposílejte ji.
mail-password-reset-subject = Nové heslo
mail-password-reset-text = Nové heslo si nastavte do { $until }. Adresu lze použít jednou.
mail-password-reset-action = Nastavit nové heslo
mail-password-reset-remark = Vaše heslo může nastavit každý, kdo má tuto zprávu: nepřeposílejte ji.
mail-role-asked-subject = { $who }: žádost o roli
mail-role-asked-text = V organizaci { $organization } žádá { $who } o roli „{ $role }“.
mail-role-refused-subject = Role „{ $role }“ nebyla udělena
mail-role-refused-text = Role „{ $role }“ v organizaci { $organization }, o kterou jste žádali, nebyla udělena.
mail-role-given-subject = Máte roli „{ $role }“
mail-role-given-text = V organizaci { $organization } teď máte roli „{ $role }“.

mail-term-ends-subject = { $name }: období končí { $ends }
mail-term-ends-renews = Období předplatného { $name } končí { $ends }. Pak se samo obnoví novou objednávkou.
mail-term-ends-ends = Období předplatného { $name } končí { $ends } a samo se neobnoví. Od té doby jeho klíč neaktivuje žádný počítač a klíče ani soubory ke stažení už nebudou k dispozici.
mail-fleet-due-subject = { $customer }: poslední bezpečný den je { $day }
mail-fleet-due-text = { $days ->
    [one] Za { $days } den skončí poslední bezpečný den prvního zařízení zákazníka { $customer }, které ještě nepřešlo.
    [few] Za { $days } dny skončí poslední bezpečný den prvního zařízení zákazníka { $customer }, které ještě nepřešlo.
    [many] Za { $days } dne skončí poslední bezpečný den prvního zařízení zákazníka { $customer }, které ještě nepřešlo.
   *[other] Za { $days } dní skončí poslední bezpečný den prvního zařízení zákazníka { $customer }, které ještě nepřešlo.
}
mail-fleet-due-text-gone = Poslední bezpečný den prvního zařízení zákazníka { $customer }, které ještě nepřešlo, už skončil.
mail-fleet-due-machines = { $machines ->
    [one] Na klíč MAK musí přejít ještě { $machines } zařízení. Co nepřejde do konce zápůjčky, může přijít o některé funkce, dokud se znovu neaktivuje.
    [few] Na klíč MAK musí přejít ještě { $machines } zařízení. Co nepřejde do konce zápůjčky, může přijít o některé funkce, dokud se znovu neaktivuje.
    [many] Na klíč MAK musí přejít ještě { $machines } zařízení. Co nepřejde do konce zápůjčky, může přijít o některé funkce, dokud se znovu neaktivuje.
   *[other] Na klíč MAK musí přejít ještě { $machines } zařízení. Co nepřejde do konce zápůjčky, může přijít o některé funkce, dokud se znovu neaktivuje.
}
mail-fact-last-safe-day = Poslední bezpečný den
mail-open-fleet = Otevřít přechod

mail-why-handed-over = Tento e-mail dostáváte, protože někdo uvedl tuto adresu pro předání kódu Product Key. Nevíte-li proč, nedělejte nic.
mail-fact-code = Kód
mail-fact-product = Produkt
mail-hand-over-action = Otevřít stránku
mail-hand-over-subject = Kód Product Key k { $product } pro vás
mail-hand-over-text = Organizace { $giver } vám předává kód Product Key k { $product } pro { $customer }. Můžete si ho zobrazit do { $until }, a to jednou.
mail-hand-over-remark = Klíč v tomto e-mailu není. Stránka vám pošle kód druhým e-mailem a pak klíč zobrazí. Poznamenejte si ho tam: znovu se nezobrazí.
mail-hand-over-code-subject = Váš kód k { $product }
mail-hand-over-code-text = S tímto kódem vám stránka zobrazí kód Product Key k { $product }. Platí 15 minut.
mail-hand-over-code-remark = Pokud jste o kód nežádali, má adresu stránky někdo jiný. Dejte vědět organizaci { $giver } a kód nikomu neříkejte.
mail-key-suspected-subject = Klíč k produktu { $product } se mohl dostat na veřejnost
mail-key-suspected-text = S klíčem k produktu { $product }, objednávka { $order }, se během jednoho dne { $machines }krát pokusil aktivovat nový počítač; počet různých sítí: { $networks }. To je víc, než nákup vysvětluje.
mail-key-suspected-remark = Podívejte se na jeho počítače. Pokud klíč znají jiní, vyměňte ho: aktivované počítače běží dál. Pokud je vše v pořádku, označte poplach jako planý.
mail-key-replaced-subject = { $product } má jiný produktový klíč
mail-key-replaced-text = Produktový klíč pro { $product }, objednávka { $order }, byl vyměněn. Dosavadní klíč už neaktivuje žádný nový počítač.
mail-key-replaced-remark = { $machines ->
        [one] { $machines } aktivovaný počítač běží dál a na nový klíč přejde při své obnově.
        [few] { $machines } aktivované počítače běží dál a na nový klíč přejdou při své obnově.
       *[other] { $machines } aktivovaných počítačů běží dál a na nový klíč přejdou při své obnově.
    } Nový klíč v žádném e-mailu nestojí: přihlaste se a zvolte Získat klíč.

## Vlastní stránka osoby

mail-choices-title = E-maily
mail-choices-intro = Které zprávy chcete dostávat? Pozvánky, nová hesla a změny vašich rolí vám napíšeme vždy.
mail-topic-orders = Zadané objednávky
mail-topic-cancellations = Zrušené nákupy
mail-topic-requests = Žádosti, které jsem podal(a) nebo na kterých pracuji
mail-topic-reminders = Připomenutí před koncem lhůty ke zrušení a před koncem období
mail-topic-queue = Nové žádosti k vyřízení
flash-mails-chosen = Vaše volba byla uložena.
one-time-mailed = Zpráva s touto adresou je také na cestě.

## Stránka dema

mail-demo-title = E-maily tohoto dema
mail-demo-intro = Demo žádné e-maily neposílá. Co by se odeslalo, zůstává tady, od nejnovějšího, dokud demo běží.
mail-demo-none = Zatím žádný e-mail.
mail-demo-to = Komu
mail-demo-subject = Předmět
mail-demo-when = Odesláno
mail-demo-samples = Všechny e-maily se smyšlenými údaji
mail-demo-text = Jako prostý text
