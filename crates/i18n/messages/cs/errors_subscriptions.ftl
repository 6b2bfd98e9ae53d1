# Proč se předplatné nezměnilo a co říkají jeho záznamy.

error-billing_fixed = Toto předplatné se účtuje jednou na celé období. To nelze změnit.
error-not_renewable = Toto předplatné se nemůže samo obnovit, protože to, co bylo koupeno, se už neprodává.
error-partner_fixed = Partnera, přes kterého bylo předplatné koupeno, nelze změnit.
error-quantity_down = Z předplatného nelze jednotky ubrat. Zrušte je, dokud běží lhůta ke zrušení.
error-quantity_not_sold = Prodává se v počtu od { $min } do { $max }.
error-quantity_up = K předplatnému nelze jednotky přidat. Kupte je novou objednávkou.
error-renewal_term_alone = Období obnovení má smysl jen u předplatného, které se samo obnovuje.
error-renewal_term_not_sold = Tento produkt se na takové období neprodává.
error-subscription_deleted = Předplatné bylo zrušeno. Už ho nelze změnit.
error-subscription_expired = Období předplatného skončilo { $at }. Chcete-li pokračovat, kupte ho znovu.
error-subscription_state = Do tohoto stavu předplatné převést nelze.
error-subscription_suspended = Předplatné je pozastaveno. Klíče, odkazy a stahování začnou znovu fungovat, jakmile bude aktivní.
error-subscription_suspended_fixed = Dokud je předplatné pozastaveno, lze změnit jen jeho název a stav.
error-support_contact_unknown = Podporu poskytuje partner, přes kterého se nakupovalo, nebo provozovatel. Uveďte jednoho z nich.
error-suspended_by_operator = Toto předplatné pozastavil provozovatel. Znovu je aktivovat může jen on.
field-error-subscription_name = { $max ->
    [one] Zadejte název o délce nejvýše { $max } znak na jednom řádku.
    [few] Zadejte název o délce nejvýše { $max } znaky na jednom řádku.
    [many] Zadejte název o délce nejvýše { $max } znaku na jednom řádku.
   *[other] Zadejte název o délce 1 až { $max } znaků na jednom řádku.
}
activity-subscription-changed = Změna předplatného { $name }
activity-subscription-renewed = Předplatné { $name } se samo prodloužilo
activity-subscription-renewal_refused = Předplatné { $name } se nepodařilo prodloužit, skončilo
activity-subscription-change_refused = Pokus o změnu předplatného
activity-subscription-cancel_refused = Pokus o zrušení předplatného
doctor-subscription-per-line = Položka { $place } má období, ale nemá předplatné
doctor-subscription-of-cancelled = Předplatné { $place } a jeho položka se neshodnou, zda je zrušeno
