from recruit.consent.notices.texts import Notice, current, notice

__all__ = ["Notice", "current", "notice"]
