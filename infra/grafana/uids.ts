/** The addresses of the dashboards: bookmarks, alerts and the datasources' links lead to them. */
export const SERVICE_UID = 'patrol-service';
export const CAMPUS_TONIGHT_UID = 'campus-tonight';
