"""The texts and annexes of the demonstration: invented people, companies and accounts, in both working languages."""

from __future__ import annotations

from dataclasses import dataclass, field

from comity_client.requests import Line


@dataclass(frozen=True)
class Paper:
    """An annex: its name and its content."""

    name: str
    media: str
    content: bytes


def table(name: str, *rows: str) -> Paper:
    """A small table, as a spreadsheet opens it."""
    return Paper(name, "text/csv", ("\r\n".join(rows) + "\r\n").encode("utf-8-sig"))


def letter(name: str, *lines: str) -> Paper:
    """One page of text as a PDF [ISO 32000], written by hand because it is so small."""
    shown = "".join(f"({_escaped(line)}) Tj 0 -16 Td " for line in lines)
    stream = f"BT /F1 11 Tf 60 780 Td {shown}ET".encode("cp1252")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start
    return Paper(name, "application/pdf", bytes(out))


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


IN_ENGLISH = [
    Line(
        "a",
        "For the investigation named in the reference, under article 93(1) of the Statute; grounds in the text above.",
    ),
    Line("b", "All that is known is in the text above and in the annexes."),
    Line(
        "c", "Payments of the companies concerned are said to have financed the crimes under investigation (invented)."
    ),
    Line("d", "No particular procedure is asked.", applies=False),
    Line("e", "The State has told us of no further requirement.", applies=False),
    Line("f", "Please do not inform the persons concerned before the request is carried out."),
]
IN_FRENCH = [
    Line(
        "a",
        "Pour l'enquête que désigne la référence, au titre de l'article 93(1) du Statut ; motifs dans le texte ci-dessus.",
    ),
    Line("b", "Tout ce qui est connu figure dans le texte et dans les annexes."),
    Line("c", "Des paiements des sociétés concernées auraient financé les crimes visés par l'enquête (inventé)."),
    Line("d", "Aucune procédure particulière n'est demandée.", applies=False),
    Line("e", "L'État ne nous a indiqué aucune autre exigence.", applies=False),
    Line("f", "Prière de ne pas informer les personnes concernées avant l'exécution."),
]


@dataclass(frozen=True)
class Text:
    """What a request says."""

    subject: str
    text: str
    annexes: list[Paper] = field(default_factory=list)
    checklist: list[Line] = field(default_factory=lambda: IN_ENGLISH)


ORDER = letter(
    "Order of the Chamber.pdf",
    "Pre-Trial Chamber",
    "Order on protective measures for the purpose of eventual forfeiture",
    "(invented for the demonstration)",
)

TEXTS = {
    "bank": Text(
        "Accounts of Meridian Freight and its director",
        "The Office of the Prosecutor asks for the account opening file and the statements from 1 January 2019 to "
        "31 December 2023 of every account held or controlled by Meridian Freight Ltd or by its director, "
        "Mr Tomas Arvel, born 4 May 1971.\n\nPlease identify further accounts on which Mr Arvel may sign.",
        [
            table(
                "Known accounts.csv",
                "holder;bank;account",
                "Meridian Freight Ltd;First Bank of Xandria;XA-004-118-2207",
                "Tomas Arvel;Union Savings;XA-019-553-0081",
            ),
            letter(
                "Company extract.pdf", "Extract from the register of companies", "Meridian Freight Ltd, no. 118 204"
            ),
        ],
    ),
    "freeze": Text(
        "Freezing of funds held through Calder Holdings",
        "Following the order annexed, the Office asks that the funds held by Calder Holdings SA be traced and frozen for the "
        "purpose of eventual forfeiture, without prejudice to the rights of bona fide third parties.",
        [ORDER],
    ),
    "land": Text(
        "Parcelles au nom de la famille Osterman",
        "Le Bureau demande l'extrait du registre foncier pour les parcelles 118 à 124 du district de Lume, ainsi que la saisie "
        "conservatoire de la parcelle 121, sur la base de l'ordonnance jointe.",
        [
            ORDER,
            table("Parcelles.csv", "parcelle;district;titulaire", "118;Lume;H. Osterman", "121;Lume;Osterman & fils"),
        ],
        IN_FRENCH,
    ),
    "company": Text(
        "Ownership of three companies registered in Zephyria",
        "Please provide the articles, the list of shareholders and the annual accounts since 2018 of the three companies in "
        "the annexed table, and the name of whoever controls them.",
        [
            table(
                "Companies.csv",
                "name;number",
                "Blue Delta Trading;77-1204",
                "Norwall Estates;77-0098",
                "Tern Logistics;78-3310",
            )
        ],
    ),
    "vehicles": Text(
        "Vehicles registered to Arvel or Meridian Freight",
        "The Office asks for the register entries of every vehicle held since 2017, with dates of transfer.",
    ),
    "search": Text(
        "Search of the offices of Halden Brokers",
        "The Office asks for a search of the premises at 14 Quay Street and the seizure of accounting records for 2020 to 2022.",
        [letter("Statement of facts.pdf", "Statement of facts", "(invented for the demonstration)")],
    ),
    "service": Text(
        "Service of a decision on a representative",
        "The Registry asks for service of the annexed decision on the legal representative named in it, with proof of service.",
        [letter("Decision.pdf", "Decision on participation", "(invented for the demonstration)")],
    ),
    "withdrawn": Text(
        "Freezing of an account that has since been closed",
        "The Office asks that the account named in the annex be frozen.",
        [table("Account.csv", "holder;bank;account", "Norwall Estates;First Bank of Xandria;XA-077-120-441")],
    ),
    "preserve": Text(
        "Preservation of transaction logs",
        "The Office asks that the payment service Luma Pay preserve its transaction logs for the merchant numbers in the annex.",
        [table("Merchants.csv", "merchant;since", "880114;2021-02-01", "880377;2021-06-15")],
    ),
    "trace": Text(
        "Recherche d'avoirs liés à la société Tern Logistics",
        "Le Bureau demande l'identification et la localisation des avoirs détenus directement ou indirectement par Tern Logistics.",
        checklist=IN_FRENCH,
    ),
    "draft": Text(
        "Beneficial owner of the yacht Selene",
        "To be completed: port of registry, dates, and the name of the management company.",
        checklist=IN_ENGLISH[:1],
    ),
    "approved": Text(
        "Bank records of Osterman et fils",
        "The Office asks for the statements of the two accounts in the annex for the year 2022.",
        [table("Accounts.csv", "bank;account", "Yvoria Commercial;YB-201-7731", "Yvoria Commercial;YB-201-7740")],
    ),
}
"""By the name that the story uses."""
