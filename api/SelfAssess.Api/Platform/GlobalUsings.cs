// JasperFx has a Profile too.
global using Profile = SelfAssess.Domain.Assessments.Profile;
