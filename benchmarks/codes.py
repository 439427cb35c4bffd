"""Which codes the generated charts are written in: ours, and the ordinary ones that fill every real chart."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
UCUM = "http://unitsofmeasure.org"
HL7 = "http://terminology.hl7.org/CodeSystem/"

# (LOINC, name, low, high, unit): what a laboratory reports, within its range unless the story says otherwise.
Test = tuple[str, str, float, float, str]
PLATELETS: Test = ("777-3", "Platelets [#/volume] in Blood by Automated count", 150, 400, "10*9/L")
READ_TESTS: tuple[Test, ...] = (
    ("1742-6", "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma", 7, 56, "U/L"),
    ("1920-8", "Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma", 8, 40, "U/L"),
    ("1975-2", "Bilirubin.total [Mass/volume] in Serum or Plasma", 0.2, 1.2, "mg/dL"),
    ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", 0.6, 1.3, "mg/dL"),
    (
        "98979-8",
        "Glomerular filtration rate/1.73 sq M.predicted (CKD-EPI 2021)",
        70,
        120,
        "mL/min/{1.73_m2}",
    ),
)
OTHER_TESTS: tuple[Test, ...] = (
    ("718-7", "Hemoglobin [Mass/volume] in Blood", 12, 16, "g/dL"),
    ("6690-2", "Leukocytes [#/volume] in Blood by Automated count", 4, 10, "10*9/L"),
    ("789-8", "Erythrocytes [#/volume] in Blood by Automated count", 4, 5.5, "10*12/L"),
    ("4544-3", "Hematocrit [Volume Fraction] of Blood by Automated count", 36, 46, "%"),
    ("787-2", "MCV [Entitic mean volume] in Red Blood Cells by Automated count", 80, 96, "fL"),
    ("785-6", "MCH [Entitic mass] by Automated count", 27, 33, "pg"),
    ("786-4", "MCHC [Entitic Mass/volume] in Red Blood Cells by Automated count", 32, 36, "g/dL"),
    ("788-0", "Erythrocyte [DistWidth] in Blood by Automated count", 11, 15, "%"),
    ("751-8", "Neutrophils [#/volume] in Blood by Automated count", 2, 7, "10*9/L"),
    ("731-0", "Lymphocytes [#/volume] in Blood by Automated count", 1, 4, "10*9/L"),
    ("742-7", "Monocytes [#/volume] in Blood by Automated count", 0.2, 0.9, "10*9/L"),
    ("711-2", "Eosinophils [#/volume] in Blood by Automated count", 0.1, 0.5, "10*9/L"),
    ("2951-2", "Sodium [Moles/volume] in Serum or Plasma", 135, 145, "mmol/L"),
    ("2823-3", "Potassium [Moles/volume] in Serum or Plasma", 3.5, 5.1, "mmol/L"),
    ("2075-0", "Chloride [Moles/volume] in Serum or Plasma", 98, 107, "mmol/L"),
    ("2028-9", "Carbon dioxide, total [Moles/volume] in Serum or Plasma", 22, 29, "mmol/L"),
    ("17861-6", "Calcium [Mass/volume] in Serum or Plasma", 8.5, 10.2, "mg/dL"),
    ("2345-7", "Glucose [Mass/volume] in Serum or Plasma", 70, 99, "mg/dL"),
    ("3094-0", "Urea nitrogen [Mass/volume] in Serum or Plasma", 7, 20, "mg/dL"),
    ("1751-7", "Albumin [Mass/volume] in Serum or Plasma", 3.5, 5, "g/dL"),
    ("2885-2", "Protein [Mass/volume] in Serum or Plasma", 6, 8.3, "g/dL"),
    ("6768-6", "Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma", 40, 120, "U/L"),
    ("2093-3", "Cholesterol [Mass/volume] in Serum or Plasma", 120, 200, "mg/dL"),
    ("2085-9", "Cholesterol in HDL [Mass/volume] in Serum or Plasma", 40, 80, "mg/dL"),
    ("13457-7", "Cholesterol in LDL [Mass/volume] in Serum or Plasma by calculation", 50, 130, "mg/dL"),
    ("2571-8", "Triglyceride [Mass/volume] in Serum or Plasma", 50, 150, "mg/dL"),
    ("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", 4, 5.6, "%"),
    ("3016-3", "Thyrotropin [Units/volume] in Serum or Plasma", 0.4, 4, "m[IU]/L"),
    ("2276-4", "Ferritin [Mass/volume] in Serum or Plasma", 20, 200, "ng/mL"),
    ("1988-5", "C reactive protein [Mass/volume] in Serum or Plasma", 0.1, 5, "mg/L"),
    ("2532-0", "Lactate dehydrogenase [Enzymatic activity/volume] in Serum or Plasma", 120, 240, "U/L"),
    ("6301-6", "INR in Platelet poor plasma by Coagulation assay", 0.9, 1.1, "{INR}"),
)
SEROLOGY: tuple[tuple[str, str, str], ...] = (  # (LOINC, name, key of prefetch)
    ("56888-1", "HIV 1+2 Ab+HIV1 p24 Ag [Presence] in Serum or Plasma by Immunoassay", "infections-1"),
    ("5196-1", "Hepatitis B virus surface Ag [Presence] in Serum or Plasma by Immunoassay", "infections-1"),
    ("13952-7", "Hepatitis B virus core Ab [Presence] in Serum or Plasma by Immunoassay", "infections-1"),
    ("13955-0", "Hepatitis C virus Ab [Presence] in Serum or Plasma by Immunoassay", "infections-2"),
    ("24110-9", "Treponema pallidum Ab [Presence] in Serum by Immunoassay", "infections-2"),
    ("30246-3", "Cytomegalovirus DNA [Presence] in Serum or Plasma by NAA with probe detection", "infections-2"),
    ("47982-4", "Epstein Barr virus DNA [#/volume] (viral load) in Serum or Plasma by NAA", "infections-2"),
)

# (SNOMED CT, ICD-10-CM, name)
Problem = tuple[str, str, str]
ITP: Problem = ("2897005", "D69.3", "Immune thrombocytopenia")
DIABETES: Problem = ("44054006", "E11.9", "Diabetes mellitus type 2")
HYPERTENSION: Problem = ("59621000", "I10", "Essential hypertension")
ORDINARY: tuple[Problem, ...] = (
    ("367498001", "J30.2", "Seasonal allergic rhinitis"),
    ("235595009", "K21.9", "Gastroesophageal reflux disease"),
    ("40930008", "E03.9", "Hypothyroidism"),
    ("55822004", "E78.5", "Hyperlipidemia"),
    ("37796009", "G43.909", "Migraine"),
    ("396275006", "M17.9", "Osteoarthritis of knee"),
    ("64859006", "M81.0", "Osteoporosis"),
    ("87522002", "D50.9", "Iron deficiency anemia"),
    ("193570009", "H26.9", "Cataract"),
    ("279039007", "M54.50", "Low back pain"),
    ("34713006", "E55.9", "Vitamin D deficiency"),
    ("235919008", "K80.20", "Cholelithiasis"),
    ("9014002", "L40.9", "Psoriasis"),
    ("57190000", "H52.10", "Myopia"),
    ("44465007", "S93.409A", "Sprain of ankle"),
    ("10509002", "J20.9", "Acute bronchitis"),
    ("444814009", "J32.9", "Viral sinusitis"),
    ("195662009", "J02.9", "Acute viral pharyngitis"),
    ("24079001", "L20.9", "Atopic dermatitis"),
    ("414916001", "E66.9", "Obesity"),
    ("73595000", "Z73.3", "Stress"),
    ("160903007", "Z56.9", "Full-time employment"),
    ("21522001", "R10.9", "Abdominal pain"),
    ("84229001", "R53.83", "Fatigue"),
    ("386692008", "N92.0", "Menorrhagia"),
    ("15188001", "H91.90", "Hearing loss"),
)

# (RxNorm, ATC, name)
Drug = tuple[str, str, str]
PREDNISONE: Drug = ("312617", "H02AB07", "prednisone 5 MG Oral Tablet")
ELTROMBOPAG: Drug = ("825427", "B02BX05", "eltrombopag 50 MG Oral Tablet")
RITUXIMAB: Drug = ("121191", "L01FA01", "rituximab")
ASPIRIN: Drug = ("243670", "B01AC06", "aspirin 81 MG Oral Tablet")
METFORMIN: Drug = ("6809", "A10BA02", "metformin")
EVERYDAY: tuple[Drug, ...] = (
    ("17767", "C08CA01", "amlodipine"),
    ("35296", "C09AA05", "ramipril"),
    ("83367", "C10AA05", "atorvastatin"),
    ("10582", "H03AA01", "levothyroxine"),
    ("7646", "A02BC01", "omeprazole"),
    ("161", "N02BE01", "acetaminophen"),
    ("2418", "A11CC05", "cholecalciferol"),
    ("4511", "B03BB01", "folic acid"),
    ("28889", "R06AX13", "loratadine"),
    ("723", "J01CA04", "amoxicillin"),
    ("18631", "J01FA10", "azithromycin"),
    ("20610", "R06AE07", "cetirizine"),
    ("4603", "C03CA01", "furosemide"),
    ("36437", "N06AB06", "sertraline"),
    ("435", "R03AC02", "albuterol"),
    ("25480", "N03AX12", "gabapentin"),
    ("24947", "B03AA07", "ferrous sulfate"),
    ("10689", "N02AX02", "tramadol"),
)
PROCEDURES: tuple[tuple[str, str], ...] = (
    ("430193006", "Medication reconciliation"),
    ("73761001", "Colonoscopy"),
    ("171207006", "Depression screening"),
    ("268533009", "Sigmoidoscopy"),
    ("71651007", "Mammography"),
    ("274031008", "Removal of sutures"),
    ("399208008", "Plain chest X-ray"),
    ("76601001", "Intramuscular injection"),
    ("29303009", "Electrocardiographic procedure"),
    ("415300000", "Review of systems"),
)
