# Co rozhraní REST odpovídá, když něco odmítne: `fault-KÓD`, a co je špatně s polem: `fault-reason-…`.

fault-800001 = Požadavek nemá platný přístupový token.
fault-900420 = Přístupový token není určen pro tento server.
fault-400 = Přístup partnera k rozhraní je pozastaven.
fault-2032 = Přístup odepřen.
fault-900150 = Role tohoto uživatele operaci nedovolují.
fault-900308 = Tento uživatel nemá k operaci oprávnění.
fault-900329 = Tato operace vyžaduje token přihlášeného uživatele.
fault-20002 = Partner nemá k tomuto zákazníkovi žádný vztah.
fault-2030 = V této zemi partner prodávat nesmí.
fault-2006 = Tuto nabídku partner prodávat nesmí.
fault-800039 = Partner je pozastaven, proto nelze nic objednat.
fault-900149 = Partner nemá v programu aktivní stav.
fault-900123 = Prodejce nepodepsal partnerskou smlouvu.
fault-900124 = Vaše společnost nepodepsala partnerskou smlouvu.
fault-13605 = Zákazník nepotvrdil zákaznickou smlouvu.
fault-800073 = Zákazník se prověřuje.
fault-800074 = Zákazník nebyl schválen.
fault-800075 = Prověření zákazníka není dokončeno.
fault-900416 = Zákazník má zablokované transakce.
fault-800023 = Objednávka se nevejde do úvěrového rámce.
fault-800069 = Objednávka neprošla kontrolou rizik.
fault-800066 = Zákazník dosáhl nejvyššího počtu předplatných.
fault-800067 = Zákazník dosáhl nejvyššího počtu licencí.
fault-800088 = Zákazník dosáhl nejvyššího počtu položek.
fault-800089 = Zákazník dosáhl nejvyššího počtu nákupů tohoto produktu.
fault-800020 = Tuto položku nelze koupit.
fault-2085 = Na tuto položku zákazník nemá nárok.
fault-2091 = Tato položka se už neprodává.
fault-800019 = Zrušit lze pouze software.
fault-800027 = Množství nelze změnit.
fault-800028 = Toto období už není k dispozici.
fault-800043 = Tento uživatel nesmí vidět ceny.
fault-400030 = Tento cílový segment není povolen.
fault-400036 = Toto cílové zobrazení není povoleno.
fault-1000 = Zdroj nebyl nalezen.
fault-60003 = Zákazník nebyl nalezen.
fault-60002 = Uživatel nebyl nalezen.
fault-400013 = Produkt nebyl nalezen.
fault-400018 = SKU nebylo nalezeno.
fault-400019 = Dostupnost nebyla nalezena.
fault-20000 = Objednávka nebyla nalezena.
fault-20003 = Předplatné nebylo nalezeno.
fault-800007 = Informace o zřízení zatím nejsou k dispozici.
fault-800008 = Košík nebyl nalezen nebo jeho platnost vypršela.
fault-800015 = ID MPN nebylo nalezeno.
fault-2072 = ID MPN neoznačuje platného partnera záznamu.
fault-800076 = Historie nebyla nalezena.
fault-3000 = Požadavek není platný.
fault-800002 = Vstup požadavku není platný.
fault-400056 = Vstup dotazu do katalogu není platný.
fault-2000 = Kontrola vyžaduje právě jeden identifikátor.
fault-2001 = Množství pozastaveného předplatného nelze změnit.
fault-2200 = Identifikátor neoznačuje žádného partnera.
fault-2205 = ID organizace neoznačuje žádného partnera.
fault-mpn-profile = Partner s tímto ID MPN neexistuje.
fault-agreement-none = Kontrola vyžaduje ID MPN nebo ID organizace.
fault-2002 = Množství je mimo povolený rozsah.
fault-2007 = Adresa nebo doména není platná.
fault-2011 = Smazané předplatné nelze změnit.
fault-2054 = Fakturační období se mění prostřednictvím objednávky.
fault-2055 = Zdroj byl mezitím změněn. Načtěte jej znovu.
fault-2071 = ID MPN neoznačuje propojeného prodejce.
fault-800016 = ID MPN neoznačuje nepřímého prodejce.
fault-4018 = Objednávku nelze zpracovat.
fault-800004 = ID nabídky není platné.
fault-800070 = Nabídka není v této zemi k dispozici.
fault-800009 = Některé položky košíku obsahují chyby.
fault-800010 = Položka není skladem.
fault-800017 = Toto množství není k dispozici.
fault-800018 = Bylo dosaženo limitu testovacího prostředí.
fault-800040 = Tato změna stavu není povolena.
fault-800096 = Předplatné nelze zrušit.
fault-800041 = Aktivace už byla provedena.
fault-800061 = Objednávku nelze zrušit.
fault-800063 = Místo objednávky zrušte předplatné.
fault-800065 = Košík už byl odeslán.
fault-800071 = Číslo řádku není platné.
fault-800090 = Množství nelze snížit.
fault-800091 = Pozastavené předplatné nelze měnit.
fault-800093 = Automatické prodloužení není možné.
fault-800095 = Množství u tohoto předplatného nelze změnit.
fault-800097 = Fakturační období nelze změnit.
fault-800098 = Partnera záznamu nelze změnit.
fault-6001 = Fakturační období této objednávky nelze změnit.
fault-27006 = Propagační akce už byla vyčerpána.
fault-27007 = Propagační akce není platná.
fault-900117 = Lhůta pro zrušení už uplynula.
fault-900118 = ID zákazníka není platné.
fault-900126 = Hodnota není žádným ze známých slov.
fault-900127 = Akce není podporována.
fault-900141 = Akce není pro tento zdroj podporována.
fault-800042 = Operace není podporována.
fault-900142 = Chybí ID položky katalogu.
fault-900203 = Tato položka vyžaduje čestné prohlášení.
fault-900206 = Chybí čestné prohlášení.
fault-600002 = Registrační číslo není platné.
fault-600049 = Chybí registrační číslo.
fault-600050 = Registrační číslo nemá tvar používaný v této zemi.
fault-600051 = Chybí telefonní číslo.
fault-600061 = Stejná smlouva už je potvrzena.
fault-exists = Už existuje, nebo to jeho stav nedovoluje.
fault-800014 = Jiná změna této objednávky ještě probíhá.
fault-800060 = Objednávka se ještě zpracovává.
fault-800064 = Košík právě používá jiný požadavek.
fault-900278 = Jiná změna tohoto předplatného ještě probíhá.
fault-27009 = Období tohoto předplatného skončilo.
fault-800005 = Server je právě velmi vytížen. Zkuste to později.
fault-429 =
    { $seconds ->
        [one] Byl překročen limit požadavků. Zkuste to znovu za { $seconds } sekundu.
        [few] Byl překročen limit požadavků. Zkuste to znovu za { $seconds } sekundy.
        [many] Byl překročen limit požadavků. Zkuste to znovu za { $seconds } sekundy.
       *[other] Byl překročen limit požadavků. Zkuste to znovu za { $seconds } sekund.
    }
fault-800003 = Došlo k neočekávané chybě. ID korelace: { $correlation }
fault-window-passed =
    { $days ->
        [one] Zrušit nákup bylo možné { $days } den po něm. Tato lhůta už uplynula.
        [few] Zrušit nákup bylo možné { $days } dny po něm. Tato lhůta už uplynula.
        [many] Zrušit nákup bylo možné { $days } dne po něm. Tato lhůta už uplynula.
       *[other] Zrušit nákup bylo možné { $days } dní po něm. Tato lhůta už uplynula.
    }
fault-not-supported = Tento server to nepodporuje: { $request }

## Důvody, píšou se za název pole

fault-reason-missing = chybí
fault-reason-not_json = není platný JSON
fault-reason-too_large = je příliš velké
fault-reason-too_deep = má příliš mnoho úrovní
fault-reason-text = musí být text
fault-reason-whole = musí být celé číslo
fault-reason-number = musí být číslo
fault-reason-boolean = musí být true nebo false
fault-reason-date = musí být datum
fault-reason-object = musí být objekt
fault-reason-list = musí být seznam
fault-reason-word = není žádné ze známých slov
fault-reason-form = nemá očekávaný tvar
fault-reason-characters = obsahuje nepovolené znaky
fault-reason-unknown = zde není známo
fault-reason-fixed = nelze změnit
fault-reason-differs = se liší od adresy požadavku
fault-reason-not_expected = se zde neočekává
fault-reason-in_future = leží v budoucnosti
fault-reason-too_old = leží příliš daleko v minulosti
fault-reason-token = není pokračovací token tohoto seznamu
fault-reason-too_long =
    { $max ->
        [one] má více než { $max } znak
        [few] má více než { $max } znaky
        [many] má více než { $max } znaku
       *[other] má více než { $max } znaků
    }
fault-reason-too_many =
    { $max ->
        [one] má více než { $max } položku
        [few] má více než { $max } položky
        [many] má více než { $max } položky
       *[other] má více než { $max } položek
    }
fault-reason-range = musí být od { $min } do { $max }
fault-reason-reused = už přišlo s jiným obsahem

estimate-title = Nevyfakturované položky, { $period ->
    [current] tento měsíc
   *[previous] předchozí měsíce
}
estimate-description = Co bylo nakoupeno a dobropisováno a není zatím na žádné faktuře.
