"""What a thing is called in the three languages of the parks."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """One thing's name in the three languages."""

    kk: str
    ru: str
    en: str

    def in_language(self, language: str) -> str:
        """The name in kk, ru or en; Kazakh for anything else."""
        return {"ru": self.ru, "en": self.en}.get(language, self.kk)
