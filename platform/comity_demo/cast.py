"""Who is in the demonstration.  Court, States and people are invented; all secrets are printed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

NAMESPACE = UUID("6f1d6b0e-3c1e-4a57-9d0b-0d2f3c9b7a11")

PASSWORD = "amber lanterns over quiet water"  # noqa: S105  (printed at every start)
PASSPHRASE = "harbor-maple-violin-copper-garden-silver-window-orange"  # noqa: S105
RECOVERY = "ladder-orbit-meadow-cactus-timber-violin-pepper-canyon-ribbon-anchor"


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    name: str
    role: str
    authority: str | None
    locale: str = "en"

    @property
    def id(self) -> UUID:
        return uuid5(NAMESPACE, self.name)

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@{(self.authority or 'court').lower()}.example"


@dataclass(frozen=True)
class Office:
    """An authority."""

    code: str
    of: str
    organ: str | None
    name_en: str
    name_fr: str
    time_zone: str
    calendar: str
    standing: str | None = None
    service: str | None = None


OFFICES = [
    Office("OTP", "court", "otp", "Office of the Prosecutor", "Bureau du Procureur", "Europe/Amsterdam", "COURT"),
    Office("REG", "court", "registry", "Registry", "Greffe", "Europe/Amsterdam", "COURT"),
    Office(
        "LS",
        "court",
        "registry",
        "Language Services Section",
        "Section des services linguistiques",
        "Europe/Amsterdam",
        "COURT",
        service="language",
    ),
    Office("XA", "state", None, "Xandria", "Xandrie", "Africa/Dakar", "XA"),
    Office("YB", "state", None, "Yvoria", "Yvorie", "Asia/Amman", "YB"),
    Office("ZC", "state", None, "Zephyria", "Zéphyrie", "America/Santiago", "ZC"),
    Office("VD", "state", None, "Valdoria", "Valdorie", "Europe/Prague", "VD", "non_party"),
    Office("UFR", "organisation", None, "Union of the Five Rivers", "Union des cinq fleuves", "Africa/Nairobi", "UFR"),
]

AMINA = Person("Amina Diallo", "cooperation officer", "OTP")
BRUNO = Person("Bruno Keller", "cooperation officer", "OTP", "fr")
CELIA = Person("Celia Rojas", "cooperation officer", "OTP")
GRACE = Person("Grace Mensah", "registry officer", "REG")
HANNA = Person("Hanna Virtanen", "registry officer", "REG")
LENA = Person("Lena Brandt", "translator", "LS")
LOUIS = Person("Louis Petit", "translator", "LS", "fr")
CHIDI = Person("Chidi Okafor", "focal point", "XA")
CHINUA = Person("Chinua Eze", "focal point", "XA", "fr")
DORA = Person("Dora Lind", "focal point", "YB")
DAVIT = Person("Davit Saar", "focal point", "YB")
ZOLA = Person("Zola Ndlovu", "focal point", "ZC")
ZENO = Person("Zeno Marchetti", "focal point", "ZC", "fr")
VERA = Person("Vera Novak", "focal point", "VD")
UMA = Person("Uma Otieno", "focal point", "UFR")
EMRE = Person("Emre Aydin", "auditor", None)
FAYE = Person("Faye Moreau", "administrator", None)

PEOPLE = [
    AMINA, BRUNO, CELIA, GRACE, HANNA, LENA, LOUIS, CHIDI, CHINUA, DORA, DAVIT, ZOLA, ZENO, VERA, UMA, EMRE, FAYE,
]  # fmt: skip


def sign_ins() -> str:
    """Everybody's way in, as a table."""
    names = {office.code: office.name_en for office in OFFICES}
    lines = [
        f"  {person.email:<22} {person.role:<20} {names.get(person.authority or '', 'the Court')}" for person in PEOPLE
    ]
    return "\n".join(
        [
            "Sign in as",
            *lines,
            f"  password     {PASSWORD}",
            f"  passphrase   {PASSPHRASE}   (unlocks the keys)",
            f"  recovery     {RECOVERY}   (unlocks them too)",
        ]
    )
