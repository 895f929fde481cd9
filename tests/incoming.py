"""Mails as servers write them: bounces, complaints, absence notices, answers."""

REFERENCE = "0123456789abcdef0123456789abcdef"


def bounce(
    reference: str = REFERENCE, status: str = "5.1.1", action: str = "failed", *, to: str = ""
) -> bytes:
    """A report as RFC 3464 has it, to the return address of a message (or to `to`)."""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: {to or f"bounce+{reference}@recruit.example.org"}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="A1/mx.example.org"

This is a MIME-encapsulated message.

--A1/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--A1/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Tue, 24 Nov 2026 10:00:00 +0100 (CET)

Final-Recipient: rfc822; camille@example.org
Original-Recipient: rfc822;camille@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 5.1.1 <camille@example.org>: Recipient address
    rejected: User unknown

--A1/mx.example.org
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <bounce+{reference}@recruit.example.org>
Message-ID: <{reference}@recruit.example.org>
Subject: A study near you

--A1/mx.example.org--
""".replace("\n", "\r\n").encode()


def complaint(reference: str = REFERENCE, kind: str = "abuse") -> bytes:
    """A feedback report as RFC 5965 has it, the addresses blacked out."""
    return f"""From: <feedback@provider.example.org>
To: <abuse@recruit.example.org>
Subject: FW: A study near you
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part"

--part
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--part
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Example/1.0
Version: 1
Original-Rcpt-To: <redacted@provider.example.org>

--part
Content-Type: message/rfc822
Content-Disposition: inline

From: Recruit <studies@recruit.example.org>
To: <redacted@provider.example.org>
Message-ID: <{reference}@recruit.example.org>
Subject: A study near you

We ask you because you allowed it.
--part--
""".encode()


def answer(
    words: str,
    reference: str = REFERENCE,
    *,
    subject: str = "Re: A study near you",
    more: str = "",
    sender: str = "camille@example.org",
) -> bytes:
    """A person's answer, with what it answers quoted beneath. `more` are further headers."""
    return f"""From: Somebody <{sender}>
To: studies@recruit.example.org
Subject: {subject}
In-Reply-To: <{reference}@recruit.example.org>
{more}Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{words}

On Tue, 24 Nov 2026 Recruit wrote:
> To stop such messages, answer STOP.
""".encode()
