//! The tables as Diesel sees them. They mirror `migrations/`; a test on both engines selects every
//! column of every table, so a difference cannot stay hidden.

#![expect(missing_docs, reason = "the columns are documented where they are created, in migrations/")]

diesel::table! {
    tenant (id) {
        id -> Binary,
        kind -> Text,
        name -> Text,
        name_key_en -> Binary,
        name_key_cs -> Binary,
        domain -> Nullable<Text>,
        state -> Text,
        country -> Text,
        currency -> Text,
        zone -> Text,
        language -> Text,
        segment -> Text,
        address_line1 -> Text,
        address_line2 -> Text,
        city -> Text,
        region -> Text,
        postal_code -> Text,
        phone -> Text,
        email -> Text,
        registration_number -> Text,
        vat_id -> Text,
        vat_checked_at -> Nullable<BigInt>,
        created_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    partner_account (partner_id) {
        partner_id -> Binary,
        mpn_id -> Text,
        currency -> Text,
        credit_limit -> BigInt,
        balance -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    person (id) {
        id -> Binary,
        email -> Text,
        email_key -> Text,
        name -> Text,
        phone -> Text,
        language -> Text,
        state -> Text,
        created_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    credential (id) {
        id -> Binary,
        person_id -> Binary,
        kind -> Text,
        secret -> Text,
        failed_count -> BigInt,
        failed_at -> Nullable<BigInt>,
        changed_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    role_grant (id) {
        id -> Binary,
        person_id -> Binary,
        tenant_id -> Binary,
        role -> Text,
        granted_by -> Nullable<Binary>,
        granted_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        removed_at -> Nullable<BigInt>,
        removed_by -> Nullable<Binary>,
    }
}

diesel::table! {
    role_request (id) {
        id -> Binary,
        tenant_id -> Binary,
        person_id -> Binary,
        role -> Text,
        reason -> Text,
        state -> Text,
        created_at -> BigInt,
        decided_by -> Nullable<Binary>,
        decided_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    invitation (id) {
        id -> Binary,
        kind -> Text,
        tenant_id -> Binary,
        partner_id -> Nullable<Binary>,
        email -> Text,
        email_key -> Text,
        roles -> Text,
        token_hash -> Binary,
        state -> Text,
        created_by -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
        accepted_by -> Nullable<Binary>,
        accepted_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    password_reset (id) {
        id -> Binary,
        person_id -> Binary,
        token_hash -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    session (id) {
        id -> Binary,
        token_hash -> Binary,
        person_id -> Binary,
        tenant_id -> Nullable<Binary>,
        signed_in_at -> BigInt,
        proved_at -> BigInt,
        seen_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    relationship (id) {
        id -> Binary,
        partner_id -> Binary,
        customer_id -> Binary,
        state -> Text,
        since -> BigInt,
        ended_at -> Nullable<BigInt>,
        ended_by -> Nullable<Binary>,
        name_key_en -> Binary,
        name_key_cs -> Binary,
        version -> BigInt,
    }
}

diesel::table! {
    agreement (id) {
        id -> Binary,
        relationship_id -> Binary,
        customer_id -> Binary,
        template -> Text,
        first_name -> Text,
        last_name -> Text,
        email -> Text,
        phone -> Text,
        agreed_on -> Text,
        recorded_by -> Binary,
        recorded_at -> BigInt,
    }
}

diesel::table! {
    search_token (scope, kind, token, target) {
        scope -> Binary,
        kind -> Text,
        token -> Text,
        target -> Binary,
    }
}

diesel::table! {
    setting (name) {
        name -> Text,
        value -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    data_key (id) {
        id -> Binary,
        purpose -> Text,
        wrapped -> Binary,
        created_at -> BigInt,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    signing_key (id) {
        id -> Text,
        public_key -> Binary,
        data_key_id -> Binary,
        sealed -> Binary,
        created_at -> BigInt,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    number_series (name) {
        name -> Text,
        next -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    lease (name) {
        name -> Text,
        holder -> Binary,
        until -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    audit_record (id) {
        id -> Binary,
        at -> BigInt,
        kind -> Text,
        outcome -> Text,
        actor_id -> Nullable<Binary>,
        actor_tenant_id -> Nullable<Binary>,
        partner_id -> Nullable<Binary>,
        customer_id -> Nullable<Binary>,
        subject_kind -> Text,
        subject_id -> Text,
        detail -> Text,
        request_id -> Text,
        block_height -> Nullable<BigInt>,
        block_position -> Nullable<BigInt>,
    }
}

diesel::table! {
    audit_personal (record_id, field) {
        record_id -> Binary,
        field -> Text,
        value -> Text,
        salt -> Binary,
    }
}

diesel::table! {
    audit_block (height) {
        height -> BigInt,
        previous -> Binary,
        root -> Binary,
        record_count -> BigInt,
        sealed_at -> BigInt,
        signing_key -> Text,
        signature -> Binary,
    }
}

diesel::table! {
    anonymous_attempt (source_hash, minute, kind) {
        source_hash -> Binary,
        minute -> BigInt,
        kind -> Text,
        attempts -> BigInt,
    }
}

diesel::table! {
    outbox (id) {
        id -> Binary,
        kind -> Text,
        payload -> Text,
        created_at -> BigInt,
        due_at -> BigInt,
        attempts -> BigInt,
        lease_by -> Nullable<Binary>,
        lease_until -> Nullable<BigInt>,
        done_at -> Nullable<BigInt>,
        dead_at -> Nullable<BigInt>,
        last_error -> Text,
    }
}

diesel::table! {
    job (id) {
        id -> Binary,
        kind -> Text,
        subject_id -> Text,
        state -> Text,
        cursor -> Text,
        done_count -> BigInt,
        total_count -> BigInt,
        lease_by -> Nullable<Binary>,
        lease_until -> Nullable<BigInt>,
        created_at -> BigInt,
        finished_at -> Nullable<BigInt>,
        error -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    price_sheet (id) {
        id -> Binary,
        state -> Text,
        file_name -> Text,
        uploaded_by -> Nullable<Binary>,
        uploaded_at -> BigInt,
        published_by -> Nullable<Binary>,
        published_at -> Nullable<BigInt>,
        markets -> Text,
        bytes_total -> BigInt,
        bytes_read -> BigInt,
        rows_read -> BigInt,
        rows_bad -> BigInt,
        rows_new -> BigInt,
        rows_changed -> BigInt,
        rows_ended -> BigInt,
        rows_unchanged -> BigInt,
        error -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    price_sheet_problem (sheet_id, line, seq) {
        sheet_id -> Binary,
        line -> BigInt,
        seq -> BigInt,
        field -> Text,
        reason -> Text,
        detail -> Text,
    }
}

diesel::table! {
    product (id) {
        id -> Text,
        title -> Text,
        tax_class -> Text,
        version_label -> Text,
        version_rank -> BigInt,
        created_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    offer (id) {
        id -> Binary,
        sheet_id -> Binary,
        market -> Text,
        product_id -> Text,
        sku_id -> Text,
        availability_id -> Text,
        item -> Binary,
        segment -> Text,
        kind -> Text,
        term -> Text,
        billing_plan -> Text,
        currency -> Text,
        title -> Text,
        sku_title -> Text,
        publisher -> Text,
        description -> Text,
        unit -> Text,
        tags -> Text,
        title_key_en -> Binary,
        title_key_cs -> Binary,
    }
}

diesel::table! {
    offer_price (offer_id, valid_from, tier_min) {
        offer_id -> Binary,
        valid_from -> BigInt,
        tier_min -> BigInt,
        tier_max -> Nullable<BigInt>,
        valid_to -> Nullable<BigInt>,
        unit_price -> BigInt,
        suggested_price -> Nullable<BigInt>,
        sheet_id -> Binary,
        change -> Text,
        previous_unit_price -> Nullable<BigInt>,
    }
}

diesel::table! {
    price_list (market) {
        market -> Text,
        sheet_id -> Binary,
        published_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    policy (id) {
        id -> Binary,
        scope -> Text,
        window_days -> BigInt,
        refund_rule -> Text,
        activations_per_unit -> BigInt,
        downgrade_rights -> Bool,
        link_lifetime_days -> BigInt,
        link_uses_max -> BigInt,
        created_by -> Nullable<Binary>,
        created_at -> BigInt,
        replaced_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    tax_rate (id) {
        id -> Binary,
        country -> Text,
        class -> Text,
        rate_basis_points -> BigInt,
        valid_from -> Text,
        valid_to -> Nullable<Text>,
    }
}

diesel::table! {
    media (id) {
        id -> Binary,
        product_id -> Text,
        version_label -> Text,
        version_rank -> BigInt,
        language -> Text,
        bit -> Text,
        file_type -> Text,
        file_name -> Text,
        size -> BigInt,
        sha256 -> Binary,
        signature -> Binary,
        signing_key -> Text,
        storage_key -> Text,
        support_ends_on -> Nullable<Text>,
        released_on -> Nullable<Text>,
        state -> Text,
        imported_by -> Nullable<Binary>,
        imported_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    cart (id) {
        id -> Binary,
        partner_id -> Binary,
        customer_id -> Binary,
        created_by -> Binary,
        state -> Text,
        name -> Text,
        po_number -> Text,
        created_at -> BigInt,
        changed_at -> BigInt,
        expires_at -> BigInt,
        order_id -> Nullable<Binary>,
        version -> BigInt,
    }
}

diesel::table! {
    cart_line (cart_id, line_no) {
        cart_id -> Binary,
        line_no -> BigInt,
        product_id -> Text,
        sku_id -> Text,
        availability_id -> Text,
        quantity -> BigInt,
        own_price -> Nullable<BigInt>,
        friendly_name -> Text,
    }
}

diesel::table! {
    orders (id) {
        id -> Binary,
        number -> Text,
        request_key -> Binary,
        partner_id -> Binary,
        customer_id -> Binary,
        relationship_id -> Binary,
        agreement_id -> Binary,
        cart_id -> Nullable<Binary>,
        placed_by -> Binary,
        placed_at -> BigInt,
        state -> Text,
        market -> Text,
        currency -> Text,
        zone -> Text,
        po_number -> Text,
        net -> BigInt,
        tax -> BigInt,
        total -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    order_line (id) {
        id -> Binary,
        order_id -> Binary,
        line_no -> BigInt,
        order_number -> Text,
        partner_id -> Binary,
        customer_id -> Binary,
        placed_at -> BigInt,
        product_id -> Text,
        sku_id -> Text,
        availability_id -> Text,
        segment -> Text,
        title -> Text,
        sku_title -> Text,
        kind -> Text,
        term -> Text,
        term_ends_at -> Nullable<BigInt>,
        currency -> Text,
        quantity -> BigInt,
        cancelled_quantity -> BigInt,
        unit_price -> BigInt,
        suggested_price -> BigInt,
        own_price -> BigInt,
        net -> BigInt,
        tax -> BigInt,
        credited_net -> BigInt,
        credited_tax -> BigInt,
        tax_rate_basis_points -> BigInt,
        tax_category -> Text,
        tax_reason -> Text,
        policy_id -> Binary,
        window_closes_at -> BigInt,
        refund_rule -> Text,
        activations_per_unit -> BigInt,
        downgrade_rights -> Bool,
        version_rank -> BigInt,
        link_lifetime_days -> BigInt,
        link_uses_max -> BigInt,
        state -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    ledger_entry (id) {
        id -> Binary,
        partner_id -> Binary,
        at -> BigInt,
        kind -> Text,
        order_id -> Nullable<Binary>,
        credit_note_id -> Nullable<Binary>,
        amount -> BigInt,
        currency -> Text,
        invoice_id -> Nullable<Binary>,
    }
}

diesel::table! {
    product_key (id) {
        id -> Binary,
        line_id -> Binary,
        lookup_hash -> Binary,
        lookup_key_id -> Binary,
        data_key_id -> Binary,
        sealed -> Binary,
        state -> Text,
        activation_limit -> BigInt,
        activation_used -> BigInt,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        revoke_reason -> Text,
        version -> BigInt,
        gate -> Text,
        gate_until -> Nullable<BigInt>,
        successor_id -> Nullable<Binary>,
        next_free_at -> Nullable<BigInt>,
        returns_month -> BigInt,
        returns_count -> BigInt,
        generation -> BigInt,
        is_slowed -> Bool,
        quiet_until -> Nullable<BigInt>,
    }
}

diesel::table! {
    download_link (id) {
        id -> Binary,
        token_hash -> Binary,
        line_id -> Binary,
        media_id -> Binary,
        partner_id -> Binary,
        customer_id -> Binary,
        maker_tenant_id -> Binary,
        created_by -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
        uses_max -> BigInt,
        uses -> BigInt,
        password_hash -> Nullable<Text>,
        wrong_passwords -> BigInt,
        recipient -> Text,
        state -> Text,
        revoked_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    link_use (id) {
        id -> Binary,
        link_id -> Binary,
        at -> BigInt,
        outcome -> Text,
        network -> Text,
        agent -> Text,
    }
}

diesel::table! {
    download (id) {
        id -> Binary,
        token_hash -> Binary,
        line_id -> Binary,
        media_id -> Binary,
        link_id -> Nullable<Binary>,
        person_id -> Nullable<Binary>,
        tenant_id -> Nullable<Binary>,
        created_at -> BigInt,
        expires_at -> BigInt,
        bytes_served -> BigInt,
        bytes_max -> BigInt,
    }
}

diesel::table! {
    request (id) {
        id -> Binary,
        number -> Text,
        request_key -> Binary,
        problem_type -> Text,
        impact -> Text,
        title -> Text,
        partner_id -> Binary,
        customer_id -> Binary,
        order_id -> Nullable<Binary>,
        reason_kind -> Text,
        reason_text -> Text,
        amount -> Nullable<BigInt>,
        currency -> Text,
        free_text -> Text,
        contact_name -> Text,
        contact_email -> Text,
        contact_phone -> Text,
        state -> Text,
        outcome -> Nullable<Text>,
        credit_note_id -> Nullable<Binary>,
        created_by -> Binary,
        created_at -> BigInt,
        closed_at -> Nullable<BigInt>,
        version -> BigInt,
        personal_removed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    credit_note (id) {
        id -> Binary,
        number -> Text,
        request_id -> Binary,
        order_id -> Binary,
        partner_id -> Binary,
        customer_id -> Binary,
        currency -> Text,
        net -> BigInt,
        tax -> BigInt,
        total -> BigInt,
        created_by -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    credit_note_line (credit_note_id, line_no) {
        credit_note_id -> Binary,
        line_no -> BigInt,
        line_id -> Binary,
        quantity -> BigInt,
        net -> BigInt,
        tax -> BigInt,
    }
}

diesel::table! {
    subscription (id) {
        id -> Binary,
        line_id -> Binary,
        order_id -> Binary,
        partner_id -> Binary,
        customer_id -> Binary,
        friendly_name -> Text,
        state -> Text,
        suspension -> Nullable<Text>,
        auto_renew -> Bool,
        renewal_term -> Text,
        starts_at -> BigInt,
        term_ends_at -> BigInt,
        support_tenant_id -> Binary,
        created_at -> BigInt,
        changed_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    mail_choice (person_id, topic) {
        person_id -> Binary,
        topic -> Text,
        wanted -> Bool,
        changed_at -> BigInt,
    }
}

diesel::table! {
    reminder (kind, subject_id, due_at) {
        kind -> Text,
        subject_id -> Binary,
        due_at -> BigInt,
        given_at -> BigInt,
    }
}

diesel::table! {
    renewal (order_id) {
        order_id -> Binary,
        subscription_id -> Binary,
        from_line_id -> Binary,
        at -> BigInt,
    }
}

diesel::table! {
    app_registration (id) {
        id -> Binary,
        tenant_id -> Binary,
        name -> Text,
        roles -> Text,
        may_see_keys -> Bool,
        may_cancel -> Bool,
        redirect_uris -> Text,
        registered_by -> Binary,
        registered_at -> BigInt,
        removed_at -> Nullable<BigInt>,
        used_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    app_credential (id) {
        id -> Binary,
        app_id -> Binary,
        kind -> Text,
        label -> Text,
        secret_hash -> Nullable<Binary>,
        public_key -> Text,
        thumbprint -> Text,
        created_by -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
        removed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    refresh_token (token_hash) {
        token_hash -> Binary,
        family_id -> Binary,
        app_id -> Binary,
        person_id -> Binary,
        tenant_id -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
        needs_proof -> Bool,
    }
}

diesel::table! {
    authorization_code (code_hash) {
        code_hash -> Binary,
        app_id -> Binary,
        person_id -> Binary,
        tenant_id -> Binary,
        redirect_uri -> Text,
        challenge -> Text,
        nonce -> Text,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
        family_id -> Binary,
    }
}

diesel::table! {
    token_key (id) {
        id -> Text,
        purpose -> Text,
        public_der -> Binary,
        data_key_id -> Binary,
        sealed -> Binary,
        certificate -> Text,
        created_at -> BigInt,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    api_answer (request_key) {
        request_key -> Binary,
        claim -> Binary,
        body_hash -> Binary,
        status -> BigInt,
        body -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    webhook (partner_id) {
        partner_id -> Binary,
        subscriber_id -> Binary,
        url -> Text,
        events -> Text,
        in_own_header -> Bool,
        changed_at -> BigInt,
        changed_by -> Binary,
        version -> BigInt,
    }
}

diesel::table! {
    webhook_test (id) {
        id -> Binary,
        partner_id -> Binary,
        url -> Text,
        state -> Text,
        response_code -> Text,
        response_message -> Text,
        system_error -> Bool,
        created_at -> BigInt,
        answered_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    api_request (id) {
        id -> Binary,
        partner_id -> Binary,
        app_id -> Nullable<Binary>,
        person_id -> Nullable<Binary>,
        person_name -> Text,
        at -> BigInt,
        operation -> Text,
        status -> BigInt,
        network -> Text,
        request_id -> Text,
        correlation_id -> Text,
        is_mfa -> Bool,
    }
}

diesel::table! {
    api_cart (cart_id) {
        cart_id -> Binary,
        version -> BigInt,
        lines -> Text,
    }
}

diesel::table! {
    form_use (key) {
        key -> Binary,
        kind -> Text,
        subject_id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    invoice (id) {
        id -> Binary,
        number -> Nullable<Text>,
        partner_id -> Binary,
        currency -> Text,
        period_start -> BigInt,
        period_end -> BigInt,
        state -> Text,
        net -> BigInt,
        tax -> BigInt,
        total -> BigInt,
        closed_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    holiday (day) {
        day -> Text,
        name -> Text,
    }
}

diesel::table! {
    request_without_words (request_id) {
        request_id -> Binary,
    }
}

diesel::table! {
    document_party (document_id, role, tenant_id) {
        document_id -> Binary,
        role -> Text,
        tenant_id -> Binary,
        name -> Text,
        domain -> Nullable<Text>,
        address_line1 -> Text,
        address_line2 -> Text,
        postal_code -> Text,
        city -> Text,
        region -> Text,
        country -> Text,
        vat_id -> Text,
        registration_number -> Text,
        zone -> Text,
    }
}

diesel::table! {
    service_request (request_id) {
        request_id -> Binary,
        country -> Text,
        product_id -> Text,
        changed_at -> BigInt,
        changed_by -> Binary,
        changed_by_name -> Text,
    }
}

diesel::table! {
    desk_case (request_id) {
        request_id -> Binary,
        stage -> Text,
        line_id -> Nullable<Binary>,
        language -> Text,
        inform -> Text,
        due_at -> BigInt,
        answered_at -> Nullable<BigInt>,
        assignee_id -> Nullable<Binary>,
        assignee_name -> Text,
        reply -> Text,
        proposal -> Text,
        proposed_by -> Nullable<Binary>,
        proposed_by_name -> Text,
        proposed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    canned_answer (id) {
        id -> Binary,
        title_en -> Text,
        text_en -> Text,
        title_cs -> Text,
        text_cs -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    hand_over (id) {
        id -> Binary,
        line_id -> Binary,
        partner_id -> Binary,
        customer_id -> Binary,
        giver_tenant_id -> Binary,
        giver_id -> Binary,
        giver_name -> Text,
        recipient_name -> Text,
        recipient_email -> Text,
        email_key -> Text,
        language -> Text,
        token_hash -> Binary,
        nonce -> Binary,
        code_nonce -> Nullable<Binary>,
        code_sent_at -> Nullable<BigInt>,
        codes_sent -> BigInt,
        wrong_codes -> BigInt,
        created_at -> BigInt,
        expires_at -> BigInt,
        opened_at -> Nullable<BigInt>,
        shown_at -> Nullable<BigInt>,
        state -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    request_file (id) {
        id -> Binary,
        request_id -> Nullable<Binary>,
        form_key -> Binary,
        tenant_id -> Binary,
        person_id -> Binary,
        person_name -> Text,
        name -> Text,
        media_type -> Text,
        size -> BigInt,
        sha256 -> Binary,
        holds_key -> Bool,
        state -> Text,
        attempts -> BigInt,
        due_at -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    request_note (id) {
        id -> Binary,
        request_id -> Binary,
        author_id -> Binary,
        author_name -> Text,
        at -> BigInt,
        text -> Text,
    }
}

diesel::table! {
    partner_profile (partner_id) {
        partner_id -> Binary,
        website -> Text,
        support_email -> Text,
        support_phone -> Text,
        contact_first_name -> Text,
        contact_last_name -> Text,
        contact_email -> Text,
        contact_phone -> Text,
        purchase_order_number -> Text,
        tax_id -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    billing_contact (customer_id) {
        customer_id -> Binary,
        first_name -> Text,
        middle_name -> Text,
        last_name -> Text,
        address_line3 -> Text,
        culture -> Text,
        language -> Text,
    }
}

diesel::table! {
    machine (id) {
        id -> Binary,
        key_id -> Binary,
        line_id -> Binary,
        machine_key -> Binary,
        machine_tag -> Binary,
        parts -> Binary,
        state -> Text,
        free_at -> Nullable<BigInt>,
        name -> Text,
        via -> Text,
        software_major -> BigInt,
        software_minor -> BigInt,
        first_seen -> BigInt,
        last_seen -> BigInt,
        certified_at -> BigInt,
        certificate_ends_at -> BigInt,
        drifted_at -> Nullable<BigInt>,
        former_key -> Nullable<Binary>,
        former_parts -> Nullable<Binary>,
        former_at -> Nullable<BigInt>,
        former_was_return -> Bool,
        ended_at -> Nullable<BigInt>,
        version -> BigInt,
        generation -> BigInt,
    }
}

diesel::table! {
    machine_part (key_id, hash, machine_id) {
        key_id -> Binary,
        hash -> Binary,
        machine_id -> Binary,
    }
}

diesel::table! {
    granted_request (key_id, nonce) {
        key_id -> Binary,
        nonce -> Binary,
        digest -> Binary,
        machine_id -> Binary,
        code -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    activation_top_up (id) {
        id -> Binary,
        key_id -> Binary,
        at -> BigInt,
    }
}

diesel::table! {
    activation_rule (product_id) {
        product_id -> Text,
        drift_period_days -> BigInt,
        refresh_days -> BigInt,
        grace_days -> BigInt,
        after_grace -> Text,
        list_max_days -> BigInt,
        returns_per_month -> BigInt,
        top_up_extra -> BigInt,
        top_up_days -> BigInt,
        typed_days -> BigInt,
        typed_data_key_id -> Nullable<Binary>,
        typed_sealed -> Nullable<Binary>,
        version -> BigInt,
        leak_attempts -> BigInt,
        leak_networks -> BigInt,
        leak_reaction -> Text,
        leak_pause_hours -> BigInt,
    }
}

diesel::table! {
    key_sighting (key_id, day, network) {
        key_id -> Binary,
        day -> BigInt,
        network -> Binary,
        attempts -> BigInt,
    }
}

diesel::table! {
    key_alarm (id) {
        id -> Binary,
        key_id -> Binary,
        line_id -> Binary,
        cause -> Text,
        reaction -> Text,
        attempts -> BigInt,
        networks -> BigInt,
        raised_at -> BigInt,
        settled_at -> Nullable<BigInt>,
        outcome -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    replaced_key (lookup_hash) {
        lookup_hash -> Binary,
        lookup_key_id -> Binary,
        key_id -> Binary,
        generation -> BigInt,
        certified_id -> Binary,
        replaced_at -> BigInt,
    }
}

diesel::table! {
    license_key (id) {
        id -> Text,
        purpose -> Text,
        public_key -> Binary,
        data_key_id -> Binary,
        sealed -> Binary,
        not_before -> BigInt,
        not_after -> BigInt,
        compromised_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    license_chain (number) {
        number -> BigInt,
        link -> Binary,
        is_root_change -> Bool,
    }
}

diesel::table! {
    revocation (tag) {
        tag -> Binary,
        reason -> BigInt,
        key_id -> Binary,
        machine_id -> Nullable<Binary>,
        at -> BigInt,
        listed_in -> BigInt,
    }
}

diesel::table! {
    revocation_list (number) {
        number -> BigInt,
        issued_at -> BigInt,
        next_at -> BigInt,
        epoch -> BigInt,
        head -> Binary,
        version -> BigInt,
    }
}

diesel::table! {
    fleet (customer_id) {
        customer_id -> Binary,
        settings -> Text,
        outcome -> Text,
        planned_at -> Nullable<BigInt>,
        planned_by -> Text,
        alarm_day -> Nullable<BigInt>,
        version -> BigInt,
        generation -> BigInt,
        last_generation -> BigInt,
    }
}

diesel::table! {
    fleet_machine (customer_id, generation, id) {
        customer_id -> Binary,
        generation -> BigInt,
        id -> Binary,
        identity -> Text,
        name -> Text,
        name_key -> Text,
        site -> Text,
        product -> Text,
        state -> Text,
        outlook -> Text,
        fixed_end -> Nullable<BigInt>,
        lease_end -> Nullable<BigInt>,
        renewal_min -> BigInt,
        last_safe_day -> BigInt,
        last_day -> Nullable<BigInt>,
        left_out -> Text,
        wave -> Nullable<BigInt>,
        is_pilot -> Bool,
        moves -> Text,
        doubts -> Text,
        observed_at -> BigInt,
        last_exit -> Nullable<BigInt>,
        last_result -> Nullable<BigInt>,
        reported_at -> Nullable<BigInt>,
        evidence -> Text,
    }
}

diesel::table! {
    fleet_source (machine_id) {
        machine_id -> Binary,
        customer_id -> Binary,
        reports -> Text,
    }
}

diesel::table! {
    fleet_import (id) {
        id -> Binary,
        customer_id -> Binary,
        at -> BigInt,
        by_name -> Text,
        records -> BigInt,
        doubtful -> BigInt,
        unread -> BigInt,
        masked_keys -> BigInt,
        machines_new -> BigInt,
        machines_changed -> BigInt,
        machines_moved -> BigInt,
        files -> Text,
    }
}

diesel::table! {
    fleet_verdict (import_id, number) {
        import_id -> Binary,
        number -> BigInt,
        kind -> Text,
        machine -> Text,
        file -> Text,
        line -> BigInt,
        codes -> Text,
        detail -> Text,
    }
}

diesel::table! {
    fleet_prior (id) {
        id -> Binary,
        customer_id -> Binary,
        programme -> Text,
        agreement -> Text,
        product -> Text,
        product_code -> Text,
        quantity -> BigInt,
        key_type -> Text,
        ends_on -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    fleet_key (id) {
        id -> Binary,
        customer_id -> Binary,
        label -> Text,
        product -> Text,
        also_versions -> Text,
        tail -> Text,
        remaining -> BigInt,
        reserve -> BigInt,
        data_key_id -> Binary,
        sealed -> Binary,
        counted_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    fleet_wave (customer_id, number) {
        customer_id -> Binary,
        number -> BigInt,
        day -> BigInt,
        state -> Text,
        token_hash -> Nullable<Binary>,
        token_expires_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    fleet_attempt (machine_id, digest) {
        machine_id -> Binary,
        digest -> Binary,
        customer_id -> Binary,
        wave -> BigInt,
        at -> BigInt,
        exit_number -> BigInt,
        result -> BigInt,
        application -> Text,
        old_tail -> Text,
        new_tail -> Text,
        channel -> Text,
        status_after -> Text,
    }
}

diesel::table! {
    fleet_alarm (customer_id, day, threshold) {
        customer_id -> Binary,
        day -> BigInt,
        threshold -> BigInt,
        given_at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    tenant,
    partner_account,
    person,
    credential,
    role_grant,
    role_request,
    invitation,
    password_reset,
    session,
    relationship,
    agreement,
    search_token,
    setting,
    data_key,
    signing_key,
    number_series,
    lease,
    audit_record,
    audit_personal,
    audit_block,
    anonymous_attempt,
    outbox,
    job,
    price_sheet,
    price_sheet_problem,
    product,
    offer,
    offer_price,
    price_list,
    policy,
    tax_rate,
    media,
    cart,
    cart_line,
    orders,
    order_line,
    ledger_entry,
    product_key,
    download_link,
    link_use,
    download,
    request,
    credit_note,
    credit_note_line,
    subscription,
    renewal,
    app_registration,
    app_credential,
    refresh_token,
    authorization_code,
    token_key,
    api_answer,
    webhook,
    webhook_test,
    api_request,
    api_cart,
    invoice,
    service_request,
    desk_case,
    mail_choice,
    reminder,
    request_note,
    request_file,
    hand_over,
    canned_answer,
    partner_profile,
    billing_contact,
    machine,
    machine_part,
    granted_request,
    activation_top_up,
    activation_rule,
    key_sighting,
    key_alarm,
    replaced_key,
    license_key,
    license_chain,
    revocation,
    revocation_list,
    fleet,
    fleet_machine,
    fleet_source,
    fleet_import,
    fleet_verdict,
    fleet_prior,
    fleet_key,
    fleet_wave,
    fleet_attempt,
    fleet_alarm,
    document_party,
    holiday,
    request_without_words,
);

diesel::joinable!(partner_account -> tenant (partner_id));
diesel::joinable!(credential -> person (person_id));
diesel::joinable!(role_grant -> person (person_id));
diesel::joinable!(role_grant -> tenant (tenant_id));
diesel::joinable!(role_request -> tenant (tenant_id));
diesel::joinable!(role_request -> person (person_id));
diesel::joinable!(invitation -> tenant (tenant_id));
diesel::joinable!(password_reset -> person (person_id));
diesel::joinable!(session -> person (person_id));
diesel::joinable!(mail_choice -> person (person_id));
diesel::joinable!(agreement -> relationship (relationship_id));
diesel::joinable!(audit_personal -> audit_record (record_id));
diesel::joinable!(price_sheet_problem -> price_sheet (sheet_id));
diesel::joinable!(offer -> price_sheet (sheet_id));
diesel::joinable!(offer_price -> offer (offer_id));
diesel::joinable!(price_list -> price_sheet (sheet_id));
diesel::joinable!(cart_line -> cart (cart_id));
diesel::joinable!(order_line -> orders (order_id));
diesel::joinable!(product_key -> order_line (line_id));
diesel::joinable!(machine -> product_key (key_id));
diesel::joinable!(replaced_key -> product_key (key_id));
diesel::joinable!(key_alarm -> order_line (line_id));
diesel::joinable!(machine -> order_line (line_id));
diesel::joinable!(machine_part -> machine (machine_id));
diesel::joinable!(download_link -> order_line (line_id));
diesel::joinable!(download_link -> media (media_id));
diesel::joinable!(link_use -> download_link (link_id));
diesel::joinable!(download -> order_line (line_id));
diesel::joinable!(download -> media (media_id));
diesel::joinable!(credit_note -> request (request_id));
diesel::joinable!(credit_note -> orders (order_id));
diesel::joinable!(credit_note_line -> credit_note (credit_note_id));
diesel::joinable!(credit_note_line -> order_line (line_id));
diesel::joinable!(subscription -> order_line (line_id));
diesel::joinable!(subscription -> orders (order_id));
diesel::joinable!(app_credential -> app_registration (app_id));
diesel::joinable!(service_request -> request (request_id));
diesel::joinable!(request_note -> request (request_id));
diesel::joinable!(desk_case -> request (request_id));
