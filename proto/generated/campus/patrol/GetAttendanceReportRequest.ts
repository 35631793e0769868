// Original file: proto/patrol.proto


export interface GetAttendanceReportRequest {
  'date_from'?: (string);
  'date_to'?: (string);
  'building'?: (string);
  'entrance'?: (number);
}

export interface GetAttendanceReportRequest__Output {
  'date_from': (string);
  'date_to': (string);
  'building': (string);
  'entrance': (number);
}
