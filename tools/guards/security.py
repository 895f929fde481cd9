"""What keeps others out, and the record true."""

from typing import Final

from tools.guards.guard import HERE, WEB, Guard

SECURITY: Final = (
    Guard(
        "random tokens",
        "Tokens have at least 128 random bits",
        "recruit/core/tokens.py",
        "secrets.token_urlsafe(24)",
        "secrets.token_urlsafe(12)",
        (f"{HERE}test_guessing.py::test_links_have_192_random_bits",),
    ),
    Guard(
        "hashed tokens",
        "Tokens are stored hashed",
        "recruit/people/codes.py",
        'return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()',
        "return token",
        (f"{HERE}test_codes.py::test_nothing_in_the_table_can_be_read",),
    ),
    Guard(
        "one purpose",
        "A token is bound to one purpose",
        "recruit/people/codes.py",
        "row is None or row.purpose != purpose.value",
        "row is None",
        (f"{HERE}test_codes.py::test_a_link_for_another_purpose_is_unknown",),
    ),
    Guard(
        "ten minutes",
        "Health data asks for a code of at most 10 minutes",
        "recruit/people/codes.py",
        "CODE_LIFE: Final = timedelta(minutes=10)",
        "CODE_LIFE: Final = timedelta(minutes=11)",
        (f"{HERE}test_codes.py::test_a_code_lives_for_ten_minutes",),
    ),
    Guard(
        "guesses",
        "A code stands five guesses, a link 25 over all its codes",
        "recruit/people/codes.py",
        "WRONG_TRIES: Final = 5",
        "WRONG_TRIES: Final = 500",
        (f"{HERE}test_codes.py::test_five_wrong_answers_kill_a_code_even_for_the_right_one",),
    ),
    Guard(
        "the link alone",
        "The link alone shows only public text; what is one's own asks to sign in",
        "recruit/web/access.py",
        'return redirect(SIGN_IN if roles <= SPEAKERS else url_for("sign_in.login"))',
        "return None",
        (
            f"{WEB}test_invited.py::test_the_link_alone_shows_nothing_of_the_person",
            f"{WEB}test_profile.py::test_nobody_comes_in_without_a_session",
        ),
    ),
    Guard(
        "same time",
        "Same body, status and time for an unknown and a known address",
        "recruit/people/passwords.py",
        "        hasher.verify(_nobodys(cost) if known is None else known, password)",
        "        if known is None:\n            return False\n"
        "        hasher.verify(known, password)",
        (
            (
                "tests/security/test_same_time.py"
                "::test_for_an_unknown_address_a_password_is_checked_too"
            ),
            f"{WEB}test_sign_in.py::test_a_wrong_password_and_an_unknown_address_look_the_same",
        ),
    ),
    Guard(
        "content security policy",
        "Nonce CSP, no inline script, nothing of a third party",
        "recruit/web/safety.py",
        "\"script-src 'nonce-{nonce}'; \"",
        "\"script-src 'self' 'unsafe-inline'; \"",
        (f"{WEB}test_safety.py::test_nothing_inline_and_nothing_foreign_may_run",),
    ),
    Guard(
        "forged requests",
        "Every mutating request carries a CSRF token, the one-click withdrawal aside",
        "recruit/web/safety.py",
        "WTF_CSRF_TIME_LIMIT=None,",
        "WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_CHECK_DEFAULT=False,",
        (f"{WEB}test_safety.py::test_a_form_without_its_token_is_refused",),
    ),
    Guard(
        "looking",
        "No mutating GET",
        "recruit/web/inbox.py",
        '@pages.post(f"{NUMBER}/unread")',
        '@pages.route(f"{NUMBER}/unread", methods=["GET", "POST"])',
        (
            (
                "tests/security/test_reading_changes_nothing.py"
                "::test_looking_at_every_page_leaves_no_more_than_that_one_looked"
            ),
        ),
    ),
    Guard(
        "sessions end",
        "Sessions die on password, role or account change",
        "recruit/web/members.py",
        " or not compare_digest(account.stamp, stamp)",
        "",
        (
            f"{WEB}test_sign_in.py::test_a_new_password_ends_sessions",
            f"{WEB}test_users.py::test_every_change_ends_the_sessions_and_leaves_a_row",
        ),
    ),
    Guard(
        "second factor",
        "Staff show a second factor (TOTP or passkey)",
        "recruit/web/sign_in.py",
        'service().settings.second_factor == "required"',
        "False",
        (f"{WEB}test_second_factor.py::test_nothing_else_is_open_before_it_is_set_up",),
    ),
    Guard(
        "mass assignment",
        "No field that a form does not have is taken",
        "recruit/web/sign_in.py",
        "from recruit.people import second_factors\n",
        "from recruit.people import second_factors\n\n\ndef _filled() -> dict:\n"
        "    return dict(**request.form)\n",
        ("tests/security/test_mass_assignment.py::test_no_door_hands_a_whole_form_on",),
    ),
    Guard(
        "roles",
        "IDOR over every route × role: each page lets in exactly whom it declares",
        "recruit/web/access.py",
        "    if who.role not in roles:\n        raise NotAllowed\n",
        "",
        (f"{WEB}test_every_route.py::test_a_role_that_is_not_named_is_refused",),
    ),
    Guard(
        "tenants",
        "Another tenant's object and one that does not exist answer with the same 404",
        "recruit/actions/centre_scope.py",
        "        return col(MatchRow.trial).in_(tenants.of(organisation))\n",
        "        return true()\n",
        (f"{WEB}test_every_route.py::test_coordinators_of_another_sponsor_see_none_of_them",),
    ),
    Guard(
        "addresses of others",
        "SSRF in imports and webhooks: no address of our own network is asked",
        "recruit/core/outbound.py",
        "    if not all(_is_allowed(address, loopback=loopback) for address in addresses):\n"
        '        raise Undelivered(problem="not a public address")\n',
        "",
        (
            "tests/unit/core/test_outbound.py::test_a_name_that_leads_into_our_network_is_not_followed",
        ),
    ),
    Guard(
        "formulas",
        "CSV cells that start with = + - @ are text",
        "recruit/core/cells.py",
        'return f"\'{text}" if text.startswith(SIGNS) else text',
        "return text",
        ("tests/unit/core/test_cells.py::test_what_would_begin_a_formula_is_text",),
    ),
    Guard(
        "header lines",
        "CR/LF in names and subjects opens no header",
        "recruit/notify/channels/mail.py",
        "    if not text or any(unicodedata.category(sign) in UNSEEN for sign in text):\n"
        "        raise ValueError\n",
        "",
        (f"{HERE}test_channels.py::test_no_field_breaks_out_of_its_header",),
    ),
    Guard(
        "template payloads",
        "What others wrote is never markup or a template",
        "recruit/web/app.py",
        "    app.jinja_env.undefined = StrictUndefined\n",
        "    app.jinja_env.undefined = StrictUndefined\n    app.jinja_env.autoescape = False\n",
        (f"{WEB}test_public_pages.py::test_a_records_text_is_never_markup_or_a_template",),
    ),
    Guard(
        "large forms",
        "Multipart bombs: a form is at most 64 KB, and refused unread",
        "recruit/web/safety.py",
        "LARGEST_FORM: Final = 64 * 1024",
        "LARGEST_FORM: Final = 64 << 20",
        (f"{WEB}test_safety.py::test_an_oversized_form_is_refused",),
    ),
    Guard(
        "large documents",
        "Zip and JSON bombs: a document is read to its limit and no further",
        "recruit/core/files.py",
        "    if len(data) >= LARGEST_DOCUMENT:",
        "    if False:",
        (f"{HERE}test_trials_import.py::test_a_document_that_is_too_large_is_refused_unread",),
    ),
    Guard(
        "loopback alone",
        "No test opens a connection beyond loopback",
        "tests/loopback_alone.py",
        '        assert inside, "a connection beyond loopback"\n',
        "",
        ("tests/security/test_no_connection.py::test_a_connection_beyond_loopback_is_refused",),
    ),
    Guard(
        "rows that stay",
        "The audit trail: UPDATE and DELETE refused",
        "recruit/core/append_only.py",
        '    f"CREATE TRIGGER :table_no_update BEFORE UPDATE ON :table {_REFUSE}",\n',
        "",
        (f"{HERE}test_audit_trail.py::test_the_database_refuses_to_change_a_row",),
    ),
    Guard(
        "edited rows",
        "Any edited row is found by `recruit audit verify`",
        "recruit/core/chain.py",
        ' or _hashed(table, row) != row["digest"]',
        "",
        (f"{HERE}test_audit_trail.py::test_tampering_is_named",),
    ),
    Guard(
        "missing rows",
        "Any missing row is found by `recruit audit verify`",
        "recruit/core/chain.py",
        '        if row["sequence"] != sequence + 1:\n'
        "            return Break(sequence + 1, MISSING)\n",
        "",
        (f"{HERE}test_audit_trail.py::test_tampering_is_named",),
    ),
    Guard(
        "sealed in place",
        "What is sealed opens in its own place alone",
        "recruit/actions/outreach/words.py",
        'return f"heard/{mark}"',
        'return "heard"',
        (f"{HERE}outreach/test_words.py::test_words_do_not_open_in_another_place",),
    ),
    Guard(
        "keys rotate",
        "After a rotation the old key opens nothing and is not needed",
        "recruit/actions/vault.py",
        "    *safety.SEALED,\n",
        "",
        (
            (
                "tests/house/test_sealed.py"
                "::test_every_column_that_is_sealed_is_sealed_anew_by_a_rotation"
            ),
        ),
    ),
)
